"""Sentences that the bench's listings are made of, in three languages."""

import random

_TITLES = {
    "offer": {
        "fr": ("{name}", "{name} (H/F)", "{name} H/F – {city}", "Recrutement : {name}",
               "{name} confirmé(e)", "{name} débutant accepté", "Poste de {name} à {city}",
               "URGENT {name}", "Nous recherchons : {name}"),
        "en": ("{name}", "{name} wanted", "Senior {name}", "Junior {name}", "{name} in {city}",
               "Hiring: {name}", "{name} – full time"),
        "ar": ("{name}", "مطلوب {name}", "مطلوب {name} في {city}", "وظيفة {name}",
               "نبحث عن {name}", "{name} بخبرة"),
    },
    "training": {
        "fr": ("Formation {topic}", "{topic} : initiation", "{topic} – perfectionnement",
               "Formation de {name}", "Certificat {topic}", "Atelier {topic} à {city}"),
        "en": ("{topic} course", "{topic} for beginners", "Advanced {topic}", "Training: {name}",
               "{topic} certificate"),
        "ar": ("تكوين في {topic}", "دورة {topic}", "{topic} للمبتدئين", "تكوين {name}",
               "شهادة في {topic}"),
    },
    "event": {
        "fr": ("Forum de l'emploi de {city}", "Salon {topic}", "Atelier CV et entretien à {city}",
               "Portes ouvertes : métiers de {name}", "Webinaire {topic}"),
        "en": ("{city} job fair", "Open day: {topic}", "CV workshop in {city}", "{topic} webinar"),
        "ar": ("معرض التوظيف {city}", "ورشة السيرة الذاتية", "أبواب مفتوحة حول {topic}",
               "ندوة عن بعد: {topic}"),
    },
}  # fmt: skip
_TOPICS = {
    "fr": ("Excel", "bureautique", "anglais", "français", "comptabilité", "cybersécurité",
           "développement web", "marketing digital", "couture", "soudure", "cuisine", "coiffure",
           "mécanique automobile", "électricité", "entrepreneuriat", "gestion de projet",
           "soins infirmiers", "logistique", "énergie solaire", "Photoshop", "AutoCAD", "Python",
           "réseaux", "agriculture biologique", "plomberie", "soft skills"),
    "en": ("Excel", "office software", "English", "French", "accounting", "cybersecurity",
           "web development", "digital marketing", "sewing", "welding", "cooking", "hairdressing",
           "car mechanics", "electricity", "entrepreneurship", "project management", "nursing",
           "logistics", "solar energy", "Photoshop", "AutoCAD", "Python", "networks",
           "organic farming", "plumbing", "soft skills"),
    "ar": ("إكسل", "المعلوميات المكتبية", "الإنجليزية", "الفرنسية", "المحاسبة", "الأمن السيبراني",
           "تطوير الويب", "التسويق الرقمي", "الخياطة", "اللحام", "الطبخ", "الحلاقة",
           "ميكانيك السيارات", "الكهرباء", "ريادة الأعمال", "إدارة المشاريع", "التمريض",
           "اللوجستيك", "الطاقة الشمسية", "فوتوشوب", "أوتوكاد", "بايثون", "الشبكات",
           "الفلاحة البيولوجية", "السباكة", "المهارات الحياتية"),
}  # fmt: skip
_SENTENCES = {
    "fr": (
        "Vous rejoignez une équipe à taille humaine et participez à la vie de l'atelier.",
        "Expérience de deux ans souhaitée sur un poste similaire, permis B apprécié.",
        "Débutant accepté, formation assurée par l'entreprise dès la première semaine.",
        "Horaires de jour, du lundi au vendredi, prime de transport et mutuelle.",
        "Bonne maîtrise du français à l'oral, l'arabe est un atout, l'anglais un plus.",
        "Le poste demande rigueur, ponctualité et sens du service auprès des clients.",
        "Vous préparez le matériel, contrôlez la qualité et rendez compte au chef d'équipe.",
        "Salaire selon profil, contrat évolutif, poste à pourvoir immédiatement.",
        "Niveau baccalauréat ou diplôme de technicien spécialisé dans le domaine.",
        "Maîtrise d'Excel et des outils bureautiques, esprit d'analyse et autonomie.",
        "Déplacements fréquents dans la région, véhicule de service fourni.",
        "Envoyez votre CV et une lettre de motivation avec vos disponibilités.",
    ),
    "en": (
        "You join a friendly team and learn on the job with an experienced colleague.",
        "Two years of experience in a similar position, driving licence welcome.",
        "No experience required, full training given during the first weeks.",
        "Day shifts, Monday to Friday, transport allowance and health insurance.",
        "Good spoken English and French, Arabic is an advantage with customers.",
        "We look for somebody careful, punctual and kind to customers.",
        "You prepare the equipment, check quality and report to the team leader.",
        "Salary depends on profile, position to be filled at once.",
        "High school diploma or a technical certificate in the field.",
        "Command of Excel and office software, able to work alone.",
    ),
    "ar": (
        "تنضم إلى فريق شاب وتتعلم المهنة مع زملاء ذوي خبرة.",
        "خبرة سنتين في منصب مماثل مع رخصة السياقة.",
        "بدون خبرة، التكوين مضمون من طرف الشركة.",
        "العمل نهاراً من الإثنين إلى الجمعة مع منحة النقل والتغطية الصحية.",
        "إتقان العربية والفرنسية وحسن التعامل مع الزبناء.",
        "نبحث عن شخص جاد ومنضبط ويحب العمل الجماعي.",
        "تحضير المعدات ومراقبة الجودة وإعداد التقارير لرئيس الفريق.",
        "الأجر حسب الكفاءة والمنصب شاغر حالاً.",
        "مستوى الباكالوريا أو دبلوم تقني متخصص.",
        "أرسل سيرتك الذاتية ورسالة التحفيز عبر البريد الإلكتروني.",
    ),
}
_FIRST = (
    "Atlas", "Anfa", "Carthage", "Sahel", "Teranga", "Méditerranée", "Nil", "Zitouna", "Al Amal",
    "Baraka", "Oasis", "Horizon", "Souss", "Rif", "Kasbah", "Medina", "Jasmin", "Palmier", "Delta",
)  # fmt: skip
_SECOND = (
    "Services", "Industrie", "Bâtiment", "Distribution", "Hôtels", "Transport", "Textile",
    "Consulting", "Agro", "Santé", "Numérique", "Énergie", "Formation", "Groupe",
)  # fmt: skip


def texts(
    dice: random.Random, kind: str, language: str, name: str, city: str
) -> tuple[str, list[str]]:
    """A title and the sentences under it."""
    shape = dice.choice(_TITLES[kind][language])
    title = shape.format(name=name, city=city, topic=dice.choice(_TOPICS[language]))
    return title[:1].upper() + title[1:], dice.sample(_SENTENCES[language], k=dice.randint(3, 5))


def organisation(dice: random.Random) -> str:
    """A name of an employer that does not exist."""
    return f"{dice.choice(_FIRST)} {dice.choice(_SECOND)}"


def topic(dice: random.Random, language: str) -> str:
    """Something to learn."""
    return dice.choice(_TOPICS[language])
