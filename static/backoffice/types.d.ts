/** What the back office uses of htmx, which is loaded as a classic script. */
interface Window {
  htmx: { trigger(element: Element, name: string): void; process(element: Element): void };
}
