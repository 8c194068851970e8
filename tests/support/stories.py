"""What children type, in every language of Faro: a fake of me, a crisis, a threat, a question."""

FAKE = {
    "en": "someone made a fake nude picture of me",
    "es": "alguien hizo una foto falsa de mi desnuda",
    "pt-BR": "fizeram uma foto falsa minha pelada com ia",
    "fr": "quelqu'un a fait une fausse photo de moi nue",
    "ar": "شخص صنع صورة مزيفة عارية لي",
    "ur": "کسی نے میری جعلی ننگی تصویر بنائی ہے",
    "hy": "մեկը իմ կեղծ մերկ նկարն ա սարքել",
    "sr": "neko je napravio lažnu golu sliku mene",
    "mk": "некој направи лажна гола слика од мене",
    "sq": "dikush ka bere nje foto te rreme time lakuriq",
}
CRISIS = {
    "en": "i dont want to live anymore",
    "es": "ya no quiero vivir",
    "pt-BR": "não quero mais viver",
    "fr": "j'ai plus envie de vivre",
    "ar": "لا أريد أن أعيش",
    "ur": "میں اب جینا نہیں چاہتی",
    "hy": "էլ չեմ ուզում ապրել",
    "sr": "ne želim više da živim",
    "mk": "не сакам повеќе да живеам",
    "sq": "nuk dua te jetoj me",
}
THREAT = {
    "en": "he says he will send my nudes to everyone if i dont pay",
    "es": "dice que va a mandar mis fotos a todos si no le pago",
    "pt-BR": "ele disse que vai mandar minhas fotos pra todo mundo se eu não pagar",
    "fr": "il dit qu'il va envoyer mes photos à tout le monde si je paye pas",
    "ar": "يقول إنه سينشر صوري إذا لم أدفع له",
    "ur": "وہ کہتا ہے پیسے نہ دیے تو میری تصویریں سب کو بھیج دے گا",
    "hy": "ասում ա նկարներս բոլորին կուղարկի եթե փող չտամ",
    "sr": "kaže da će poslati moje slike svima ako ne platim",
    "mk": "вели дека ќе ги прати моите слики на сите ако не платам",
    "sq": "thote qe do ti dergoje fotot e mia te gjitheve nese nuk paguaj",
}
QUESTION = {
    "en": "what is a deepfake",
    "es": "qué es un deepfake",
    "pt-BR": "o que é deepfake",
    "fr": "c'est quoi un deepfake",
    "ar": "ما هو الديب فيك",
    "ur": "ڈیپ فیک کیا ہوتا ہے",
    "hy": "ի՞նչ է դիփֆեյքը",
    "sr": "šta je deepfake",
    "mk": "што е дипфејк",
    "sq": "cfare eshte deepfake",
}
