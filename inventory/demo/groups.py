"""The tree of groups of the demo shop, with what its goods have in common by country."""

from dataclasses import dataclass

from inventory.basics import STANDARD_TAX

Words = dict[str, str]


def words(en: str, pl: str, uk: str, ru: str) -> Words:
    """A name in the four languages."""
    return {"en": en, "pl": pl, "uk": uk, "ru": ru}


@dataclass(frozen=True)
class DemoGroup:
    """A group: where it hangs, what it is called and the range of its invented prices in Polish grosz."""

    key: str
    parent: str | None
    names: Words
    colour: str
    low: int = 0
    high: int = 0
    tax: str = "standard"
    age: int = 0


# What a minor unit of Polish money is about in the other currencies; prices are invented, so round numbers do.
PRICE_FACTOR = {"pl": 1, "ua": 11, "ru": 22}

# A reduced rate is a matter of the country; where it has none for food, food pays the standard rate.
TAXES = {
    "pl": {"standard": "A", "middle": "B", "food": "C", "none": "E"},
    "ua": {"standard": STANDARD_TAX["ua"], "middle": "А", "food": "А", "none": "Д"},
    "ru": {"standard": "S", "middle": "S", "food": "AA", "none": "E"},
}

GROUPS = [
    DemoGroup("food", None, words("Food", "Spożywcze", "Продукти", "Продукты"), "#2f6fde"),
    DemoGroup("dairy", "food", words("Dairy", "Nabiał", "Молочне", "Молочное"), "#5b8def", 249, 899, "food"),
    DemoGroup(
        "plant",
        "dairy",
        words("Plant drinks", "Napoje roślinne", "Рослинні напої", "Растительные напитки"),
        "#7aa874",
        599,
        1199,
    ),
    DemoGroup("bread", "food", words("Bread", "Pieczywo", "Хліб", "Хлеб"), "#c08a3e", 349, 899, "food"),
    DemoGroup(
        "cereals",
        "food",
        words("Cereals", "Płatki i musli", "Пластівці й мюслі", "Хлопья и мюсли"),
        "#b5873c",
        699,
        1499,
        "food",
    ),
    DemoGroup(
        "canned",
        "food",
        words("Canned goods", "Konserwy", "Консерви", "Консервы"),
        "#8c6d46",
        399,
        1299,
        "food",
    ),
    DemoGroup("sauces", "food", words("Sauces", "Sosy", "Соуси", "Соусы"), "#b5482f", 499, 1199, "middle"),
    DemoGroup("drinks", None, words("Drinks", "Napoje", "Напої", "Напитки"), "#1f9d8b"),
    DemoGroup("water", "drinks", words("Water", "Woda", "Вода", "Вода"), "#4aa3df", 199, 399),
    DemoGroup("juices", "drinks", words("Juices", "Soki", "Соки", "Соки"), "#e08a1e", 399, 999, "food"),
    DemoGroup(
        "soft",
        "drinks",
        words("Soft drinks", "Napoje gazowane", "Солодкі напої", "Сладкие напитки"),
        "#d1495b",
        299,
        899,
    ),
    DemoGroup("alcohol", "drinks", words("Alcohol", "Alkohole", "Алкоголь", "Алкоголь"), "#7b4b94"),
    DemoGroup(
        "beer",
        "alcohol",
        words("Beer and wine", "Piwo i wino", "Пиво і вино", "Пиво и вино"),
        "#9a6fb0",
        399,
        799,
        age=18,
    ),
    DemoGroup(
        "beer0",
        "alcohol",
        words("Alcohol-free beer", "Piwo bezalkoholowe", "Безалкогольне пиво", "Безалкогольное пиво"),
        "#b79ac8",
        399,
        599,
    ),
    DemoGroup(
        "treats", None, words("Sweet and salty", "Przekąski", "Смаколики", "Сладости и закуски"), "#d1495b"
    ),
    DemoGroup(
        "sweets", "treats", words("Chocolate", "Czekolada", "Шоколад", "Шоколад"), "#6b4226", 449, 1699
    ),
    DemoGroup(
        "chips",
        "treats",
        words("Crisps and snacks", "Chipsy i chrupki", "Чипси та снеки", "Чипсы и снеки"),
        "#e0a526",
        349,
        849,
    ),
    DemoGroup("fresh", None, words("Fresh", "Świeże", "Свіже", "Свежее"), "#3f8f4f"),
    DemoGroup("fruit", "fresh", words("Fruit", "Owoce", "Фрукти", "Фрукты"), "#e0702f", 0, 0, "food"),
    DemoGroup(
        "vegetables", "fresh", words("Vegetables", "Warzywa", "Овочі", "Овощи"), "#3f8f4f", 0, 0, "food"
    ),
    DemoGroup("till", None, words("At the till", "Przy kasie", "Біля каси", "У кассы"), "#6c7a89"),
]
