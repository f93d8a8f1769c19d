"""What benchmarks are made of; the benchmarks themselves are the modules beside this folder."""
