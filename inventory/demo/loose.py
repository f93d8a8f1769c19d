"""Goods without a barcode: fruit and vegetables by weight, bags, deposits and services.

The codes of fruit and vegetables are the price look-up numbers of the International Federation for Produce
Standards; prices are invented, in Polish grosz for a kilogram or a piece.
"""

from dataclasses import dataclass

from inventory.demo.groups import Words, words


@dataclass(frozen=True)
class Loose:
    """One thing sold without a barcode."""

    code: str
    group: str
    names: Words
    price: int
    kind: str = "weighed"
    unit: str = "kg"
    tax: str = "food"


LOOSE = [
    Loose("4011", "fruit", words("Bananas", "Banany", "Банани", "Бананы"), 699),
    Loose("4135", "fruit", words("Gala apples", "Jabłka Gala", "Яблука Гала", "Яблоки Гала"), 449),
    Loose(
        "4017",
        "fruit",
        words("Granny Smith apples", "Jabłka Granny Smith", "Яблука Гренні Сміт", "Яблоки Гренни Смит"),
        599,
    ),
    Loose("4131", "fruit", words("Fuji apples", "Jabłka Fuji", "Яблука Фуджі", "Яблоки Фуджи"), 549),
    Loose("4409", "fruit", words("Pears", "Gruszki", "Груші", "Груши"), 799),
    Loose("4012", "fruit", words("Oranges", "Pomarańcze", "Апельсини", "Апельсины"), 749),
    Loose("4053", "fruit", words("Lemons", "Cytryny", "Лимони", "Лимоны"), 899),
    Loose("4048", "fruit", words("Limes", "Limonki", "Лайм", "Лайм"), 1999),
    Loose("4055", "fruit", words("Tangerines", "Mandarynki", "Мандарини", "Мандарины"), 899),
    Loose(
        "4022", "fruit", words("White grapes", "Winogrona białe", "Виноград білий", "Виноград белый"), 1299
    ),
    Loose(
        "4023",
        "fruit",
        words("Red grapes", "Winogrona czerwone", "Виноград червоний", "Виноград красный"),
        1399,
    ),
    Loose("4030", "fruit", words("Kiwi", "Kiwi", "Ківі", "Киви"), 1599),
    Loose(
        "4664",
        "vegetables",
        words("Tomatoes on the vine", "Pomidory gałązka", "Помідори на гілці", "Помидоры на ветке"),
        1199,
    ),
    Loose("4062", "vegetables", words("Cucumbers", "Ogórki", "Огірки", "Огурцы"), 999),
    Loose(
        "4688",
        "vegetables",
        words("Red peppers", "Papryka czerwona", "Перець червоний", "Перец красный"),
        1699,
    ),
    Loose(
        "4065",
        "vegetables",
        words("Green peppers", "Papryka zielona", "Перець зелений", "Перец зелёный"),
        1499,
    ),
    Loose("4083", "vegetables", words("Potatoes", "Ziemniaki", "Картопля", "Картофель"), 299),
    Loose("4562", "vegetables", words("Carrots", "Marchew", "Морква", "Морковь"), 349),
    Loose("4093", "vegetables", words("Onions", "Cebula", "Цибуля", "Лук репчатый"), 329),
    Loose("4082", "vegetables", words("Red onions", "Cebula czerwona", "Цибуля червона", "Лук красный"), 599),
    Loose("4608", "vegetables", words("Garlic", "Czosnek", "Часник", "Чеснок"), 2999),
    Loose("4069", "vegetables", words("Cabbage", "Kapusta biała", "Капуста", "Капуста"), 299),
    Loose("4060", "vegetables", words("Broccoli", "Brokuły", "Броколі", "Брокколи"), 1099),
    Loose("4539", "vegetables", words("Beetroot", "Buraki", "Буряк", "Свёкла"), 299),
    Loose(
        "90001",
        "till",
        words("Carrier bag", "Torba na zakupy", "Пакет", "Пакет"),
        79,
        "piece",
        "pcs",
        "standard",
    ),
    Loose(
        "90002",
        "till",
        words("Cotton bag", "Torba bawełniana", "Торба бавовняна", "Сумка хлопковая"),
        1299,
        "piece",
        "pcs",
        "standard",
    ),
    Loose(
        "90010",
        "till",
        words(
            "Deposit, glass bottle",
            "Kaucja, butelka szklana",
            "Застава, скляна пляшка",
            "Залог, стеклянная бутылка",
        ),
        100,
        "deposit",
        "pcs",
        "none",
    ),
    Loose(
        "90011",
        "till",
        words("Deposit, plastic bottle", "Kaucja, butelka PET", "Застава, пляшка ПЕТ", "Залог, бутылка ПЭТ"),
        50,
        "deposit",
        "pcs",
        "none",
    ),
    Loose(
        "90012",
        "till",
        words("Deposit, can", "Kaucja, puszka", "Застава, бляшанка", "Залог, банка"),
        50,
        "deposit",
        "pcs",
        "none",
    ),
    Loose(
        "90020",
        "till",
        words("Photocopy A4", "Ksero A4", "Копія А4", "Копия А4"),
        50,
        "service",
        "pcs",
        "standard",
    ),
    Loose(
        "90021",
        "till",
        words("Home delivery", "Dostawa do domu", "Доставка додому", "Доставка на дом"),
        1500,
        "service",
        "pcs",
        "standard",
    ),
]
