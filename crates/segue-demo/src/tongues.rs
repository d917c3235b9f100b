//! The lexicons of languages other than English: see `lexicon`. Patterns are so short that no word
//! has to agree with another in gender or case.

use super::lexicon::{ENGLISH, HEAVY, Lexicon};

#[rustfmt::skip]
pub(super) const SPANISH: Lexicon = Lexicon {
    adjectives: &[
        "Azul", "Breve", "Cruel", "Dulce", "Fatal", "Feliz", "Final", "Fugaz", "Gris", "Infiel", "Libre",
        "Triste", "Verde",
    ],
    nouns: &[
        "Amor", "Balcón", "Beso", "Camino", "Canción", "Ciudad", "Corazón", "Cristal", "Domingo", "Fuego",
        "Jardín", "Lluvia", "Luna", "Luz", "Madrugada", "Mañana", "Mar", "Milonga", "Noche", "Olvido",
        "Otoño", "Perdón", "Piel", "Playa", "Promesa", "Recuerdo", "Señal", "Sol", "Sueño", "Tambor",
        "Verano", "Viento", "Voz",
    ],
    places: &[
        "la Ciudad", "el Mar", "la Esquina", "mi Barrio", "la Habana Vieja", "el Sur", "la Noche",
        "tu Balcón", "el Malecón",
    ],
    firsts: &[
        "Adrián", "Alma", "Andrés", "Belén", "Camilo", "Carmen", "Diego", "Elena", "Emilio", "Inés", "Iván",
        "Joaquín", "Julián", "Lola", "Lucía", "Mateo", "Nuria", "Pilar", "Ramón", "Rocío", "Sofía", "Tomás",
        "Valeria", "Ximena",
    ],
    starts: &[
        "Al", "Ar", "Bal", "Be", "Ca", "Car", "Ce", "Cor", "Del", "Es", "Fal", "Gal", "Gra", "Her", "Lan",
        "Lo", "Mal", "Mar", "Me", "Mon", "Or", "Pal", "Que", "Ri", "Ro", "Sal", "San", "Sol", "Tor", "Val",
        "Ver", "Vi", "Zar",
    ],
    middles: &[
        "a", "ba", "bo", "da", "de", "do", "e", "la", "le", "li", "lo", "ma", "mo", "na", "ne", "ra", "ri",
        "ro", "ta", "ti", "va",
    ],
    ends: &[
        "dal", "dera", "dero", "ga", "gón", "güero", "jada", "llán", "lles", "lló", "mán", "monte", "nal",
        "ña", "ñedo", "ñez", "ral", "rano", "rena", "ro", "rral", "sano", "tegui", "tín", "var", "veda",
        "villa", "zábal", "zana", "zón",
    ],
    artists: &[
        "~f ~c", "~f ~c", "~f ~c ~c", "Los ~c de ~c", "Orquesta ~c ~c", "~c ~c", "Grupo ~c ~c", "La ~c ~c",
        "~f ~c y su Conjunto",
    ],
    titles: &[
        "~n", "~n de ~n", "~n ~a", "Sin ~n", "Mi ~n", "Tu ~n y Mi ~n", "Vuelve a ~p", "¿Quién Tiene Tu ~n?",
        "Con ~n", "Más ~n", "Desde ~p", "~n, ~n", "Quiero Tu ~n", "Cada ~n", "~n para ~f", "~n ~a, ~n ~a",
    ],
    albums: &[
        "~n y ~n", "~n ~a", "Grandes Éxitos", "~d Canciones de ~n", "En Vivo desde ~p", "Sesiones, Vol. ~d",
        "~w",
    ],
    endings: &[
        " - En Vivo", " (En Vivo)", " - Remasterizado ~y", " (Versión Acústica)", " - Remix",
        " - Versión ~y",
    ],
    own: 92,
};

#[rustfmt::skip]
pub(super) const PORTUGUESE: Lexicon = Lexicon {
    adjectives: &[
        "Azul", "Breve", "Doce", "Feliz", "Grande", "Leve", "Livre", "Quente", "Simples", "Triste", "Verde",
    ],
    nouns: &[
        "Amor", "Areia", "Canção", "Céu", "Chuva", "Coração", "Destino", "Estação", "Estrela", "Festa",
        "Flor", "Fogo", "Ilusão", "Janela", "Lua", "Luz", "Madrugada", "Manhã", "Mar", "Paixão", "Paz",
        "Praia", "Razão", "Saudade", "Sertão", "Sol", "Sonho", "Tambor", "Tempo", "Varanda", "Vento",
        "Verão", "Violão",
    ],
    places: &[
        "o Mar", "o Sertão", "a Cidade", "a Praia", "o Norte", "a Varanda", "o Morro", "a Bahia",
        "a Estrada",
    ],
    firsts: &[
        "Aline", "Antônio", "Bruna", "Caio", "Cauã", "Davi", "Eduarda", "Fábio", "Helena", "Inácio",
        "Joana", "João", "Larissa", "Lígia", "Lúcia", "Luís", "Márcio", "Nara", "Otávio", "Renata", "Rúben",
        "Sílvia", "Tainá", "Vinícius",
    ],
    starts: SPANISH.starts,
    middles: SPANISH.middles,
    ends: &[
        "ção", "dão", "deira", "deiro", "gão", "gueiro", "lhães", "lheira", "velho", "mões", "nha", "nhos",
        "queira", "rães", "ral", "reira", "rém", "rinho", "ssa", "tão", "teiro", "tim", "val", "vedo",
        "veira", "zão",
    ],
    artists: &[
        "~f ~c", "~f ~c", "~f ~c ~c", "~f & ~f ~c", "Grupo ~c ~c", "Banda ~c ~c", "Trio ~c ~c", "~f do ~c",
        "Forró ~c ~c",
    ],
    titles: &[
        "~n", "~n de ~n", "~n ~a", "Sem ~n", "~n e ~n", "Volta, ~n", "Cadê ~n?", "Não É ~n", "Só ~n",
        "Lá n~p", "~n, ~n", "Mais ~n", "Até Ver ~n", "~n e ~n / ~n", "~n pra ~f", "~f, ~n e ~n",
        "Quem Tem ~n",
    ],
    albums: &[
        "~n e ~n", "~n ~a", "Ao Vivo em ~c", "~d Canções de ~n", "Raízes, Vol. ~d", "~w ao Vivo",
        "O Melhor de ~w",
    ],
    endings: &[" - Ao Vivo", " (Ao Vivo)", " - Remasterizado ~y", " - Acústico", " (Versão ~y)"],
    own: 95,
};

#[rustfmt::skip]
pub(super) const FRENCH: Lexicon = Lexicon {
    adjectives: &[
        "Étrange", "Fidèle", "Fragile", "Immense", "Jaune", "Libre", "Rouge", "Sauvage", "Sévère",
        "Sincère", "Tranquille", "Triste",
    ],
    nouns: &[
        "Amour", "Automne", "Bateau", "Café", "Chagrin", "Chemin", "Ciel", "Cœur", "Été", "Feu", "Forêt",
        "Hiver", "Île", "Jardin", "Lumière", "Matin", "Mémoire", "Miroir", "Nuit", "Océan", "Orage",
        "Paris", "Pluie", "Rêve", "Silence", "Soleil", "Soir", "Vélo",
    ],
    places: &["la Ville", "la Mer", "la Rue", "l'Été", "le Nord", "la Nuit", "le Métro", "la Forêt"],
    firsts: &[
        "Adèle", "Agnès", "Anaïs", "Benoît", "Chloé", "Élise", "Étienne", "François", "Gaël", "Hélène",
        "Hugo", "Inès", "Jérôme", "Léa", "Loïc", "Maëlle", "Noémie", "Odile", "Rémi", "Solène", "Théo",
        "Zélie",
    ],
    starts: &[
        "Al", "Bau", "Beau", "Bel", "Cha", "Cour", "Dau", "Del", "Du", "Fau", "Gar", "Gran", "La", "Le",
        "Mar", "Mau", "Mon", "Pel", "Ro", "Sau", "Val", "Vau",
    ],
    middles: &[
        "be", "che", "de", "dre", "gne", "le", "li", "lle", "ma", "mé", "ne", "ni", "ri", "ro", "ta", "ve",
    ],
    ends: &[
        "bert", "champ", "chet", "court", "dier", "dreau", "fort", "gnac", "lain", "lier", "llard", "mont",
        "nel", "rac", "rand", "reau", "ret", "rieux", "ssier", "tin", "tôt", "val", "ville",
    ],
    artists: &["~f ~c", "~f ~c", "~c ~c", "Les ~c ~c", "~f de ~c", "MC ~c ~c", "~f ~c-~c", "La ~c ~c"],
    titles: &[
        "~n", "~n ~a", "~n et ~n", "Sans ~n", "Plus de ~n", "Dans ~p", "Où Est ~f ?", "Loin de ~p",
        "~n pour ~f", "~n, ~n", "Pas de ~n", "Encore ~n", "Ni ~n Ni ~n", "~f et ~f",
    ],
    albums: &["~n et ~n", "~n ~a", "~d Chansons pour ~f", "Vol. ~d", "~w", "~n (Réédition ~y)"],
    endings: &[" - Live", " (Acoustique)", " - Remasterisé en ~y", " - Version ~y", " - Remix"],
    own: 85,
};

#[rustfmt::skip]
pub(super) const GERMAN: Lexicon = Lexicon {
    adjectives: &[
        "Allein", "Barfuß", "Endlos", "Ewig", "Frei", "Grün", "Leise", "Müde", "Schön", "Still", "Süß",
        "Wild",
    ],
    nouns: &[
        "Abend", "Berg", "Feuer", "Flügel", "Frühling", "Glück", "Großstadt", "Himmel", "Heimat", "Herz",
        "Kaffee", "Leben", "Licht", "Märchen", "Meer", "Mond", "Morgen", "Nacht", "Party", "Regen",
        "Schatten", "Sehnsucht", "Sommer", "Sonne", "Stern", "Straße", "Sturm", "Tanz", "Träume", "Tür",
        "Wald", "Wolke", "Zug",
    ],
    places: &[
        "der Stadt", "der Nacht", "dem Dorf", "der Küste", "München-West", "dem Fluss", "dem Süden",
        "der Brücke",
    ],
    firsts: &[
        "Anke", "Björn", "Clara", "Dörte", "Emil", "Frieda", "Götz", "Günter", "Hanna", "Ilse", "Jörg",
        "Jürgen", "Käthe", "Lars", "Lotte", "Maike", "Mia", "Nils", "Sören", "Uwe",
    ],
    starts: &[
        "Alt", "Bach", "Berg", "Birk", "Brand", "Dorn", "Eich", "Fels", "Gold", "Grün", "Hag", "Hart",
        "Hoch", "Kalt", "Lich", "Lind", "Mühl", "Nord", "Ober", "Ros", "Sand", "Stein", "Tann", "Wald",
        "Weiß", "Wolf",
    ],
    middles: &["el", "en", "er", "in", "len", "man", "mer", "ner", "ing"],
    ends: &[
        "acker", "bach", "berg", "brück", "dorf", "feld", "garten", "hain", "hauer", "heim", "hof", "kamp",
        "lein", "mann", "meier", "rath", "see", "stedt", "thal", "wald", "weiler", "winkel",
    ],
    artists: &["~f ~c", "~f ~c", "~f ~c-~c", "Die ~c ~c", "~c ~c", "DJ ~f ~c", "~f & ~f ~c", "MC ~c ~c"],
    titles: &[
        "~n", "~a", "~n und ~n", "Ohne ~n", "Für ~f", "Zurück in ~p", "Wo Ist ~f?", "Zwischen ~n und ~n",
        "Mehr ~n", "~n, ~n, ~n", "~n in ~p", "Für immer ~n", "Nie wieder ~n", "~a in ~p",
    ],
    albums: &["~n und ~n", "~n (Live)", "~d Lieder aus ~p", "~w", "~n Hits ~y", "Das ~n-Album"],
    endings: &[" - Live", " (Akustik)", " - Remix", " - ~y Version", " - Party Mix"],
    own: 85,
};

#[rustfmt::skip]
pub(super) const NORDIC: Lexicon = Lexicon {
    adjectives: &["Blå", "Mörk", "Ny", "Söt", "Vild"],
    nouns: &[
        "Dröm", "Eld", "Fågel", "Gata", "Hav", "Hjärta", "Höst", "Ljus", "Måne", "Morgon", "Natt", "Å",
        "Regn", "Sång", "Sjö", "Skog", "Snö", "Sol", "Sommar", "Stad", "Stjärna", "Tåg", "Vår", "Väg",
        "Vinter", "Ø",
    ],
    places: &["Norrland", "havet", "stan", "skogen", "sjön", "gatan", "Øresund"],
    firsts: &[
        "Åsa", "Astrid", "Björn", "Ebba", "Elin", "Frøya", "Gunnar", "Håkan", "Ingrid", "Jørgen", "Kaja",
        "Lars", "Linnéa", "Måns", "Märta", "Nils", "Øyvind", "Pär", "Søren", "Tove", "Ulf", "Vidar",
    ],
    starts: &[
        "Alm", "Berg", "Björk", "Ek", "Fjell", "Grøn", "Gran", "Hög", "Holm", "Kvist", "Lind", "Löv", "Mar",
        "Nord", "Ny", "Ros", "Sand", "Sjö", "Sol", "Strand", "Sund", "Sø", "Väst", "Vik",
    ],
    middles: &["a", "e", "en", "er", "gar", "les", "mar", "nes", "o", "ar"],
    ends: &[
        "berg", "blad", "borg", "by", "dal", "gaard", "gren", "holt", "kvist", "land", "lund", "mark",
        "ness", "rød", "sén", "sjö", "skog", "strøm", "ström", "vall", "vik", "ås",
    ],
    artists: &["~f ~c", "~f ~c", "~c ~c", "~f & ~f ~c", "~f ~c ~c", "~c ~c"],
    titles: &[
        "~n", "~n och ~n", "Utan ~n", "~n för ~f", "Hem till ~p", "~n, ~n", "Vid ~p", "Mer ~n", "~f och ~f",
        "Bara ~n", "~n till ~f",
    ],
    albums: &["~n och ~n", "Mellan ~n och ~n", "Sånger från ~p", "~w", "~n, Vol. ~d"],
    own: 50,
    ..ENGLISH
};

#[rustfmt::skip]
pub(super) const TURKISH: Lexicon = Lexicon {
    adjectives: &["Güzel", "Kırık", "Mavi", "Son", "Uzak", "Yalnız", "Yeşil", "Eski", "Sessiz", "Küçük"],
    nouns: &[
        "Akşam", "Ay", "Aşk", "Bahar", "Çiçek", "Deniz", "Düş", "Gece", "Gönül", "Gül", "Güneş", "Işık",
        "Kalp", "Kuş", "Öykü", "Rüya", "Rüzgâr", "Sokak", "Şarkı", "Umut", "Yağmur", "Yol", "Yıldız",
        "Zaman",
    ],
    places: &["İzmir", "Sahil", "Deniz", "Köprü", "Şehir"],
    firsts: &[
        "Ayşe", "Barış", "Çağla", "Deniz", "Elif", "Emre", "Gökhan", "Gül", "İpek", "Kaan", "Mert",
        "Nilüfer", "Oğuz", "Ömer", "Selin", "Şebnem", "Tuğba", "Umut", "Yıldız", "Zeynep",
    ],
    starts: &[
        "Ak", "Al", "Ay", "Bal", "Boz", "Çel", "Çı", "Dağ", "De", "Er", "Gök", "Gün", "Kara", "Kır", "Öz",
        "Sar", "Sön", "Şen", "Tan", "Tu", "Ul", "Yal", "Yıl", "Yük",
    ],
    middles: &["a", "al", "ba", "de", "dı", "e", "ka", "ke", "la", "le", "ma", "ra", "re", "sa", "ta"],
    ends: &[
        "bağ", "can", "dağ", "demir", "doğan", "er", "gül", "han", "kan", "kaya", "koç", "lı", "maz",
        "oğlu", "öz", "pınar", "sel", "soy", "süz", "taş", "tekin", "türk", "yel", "zade",
    ],
    artists: &["~f ~c", "~f ~c", "~f ~c ~c", "Grup ~c ~c", "~c ~c", "~f & ~f ~c"],
    titles: &[
        "~n", "~a ~n", "~n ~n", "Bir ~n", "Her ~n", "~n Gibi", "Yine ~n", "Bu ~n Bitmez", "~n ve ~n",
        "~n, ~n", "Ah ~n",
    ],
    albums: &["~a ~n", "~n ve ~n", "~n Şarkıları", "~w", "~n, Vol. ~d"],
    endings: &[" - Canlı", " (Akustik)", " - Remix", " - ~y Versiyon"],
    own: 92,
};

#[rustfmt::skip]
pub(super) const HINDI: Lexicon = Lexicon {
    adjectives: &["Aasmani", "Gulabi", "Khaamosh", "Khoobsurat", "Mast", "Naram", "Sunehri", "Udaas"],
    nouns: &[
        "Asmaan", "Baarish", "Barsaat", "Chaand", "Dhadkan", "Dil", "Dosti", "Ghar", "Hawa", "Ishq",
        "Jahaan", "Khushboo", "Khwaab", "Leher", "Manzil", "Mausam", "Nadiya", "Nazar", "Pyaar", "Raat",
        "Rasta", "Safar", "Sagar", "Shaam", "Subah", "Taare", "Yaadein", "Zindagi",
    ],
    places: &["Dilli", "Gaon", "Sagar Kinare", "Basti", "Pahad"],
    firsts: &[
        "Aarav", "Aditi", "Anjali", "Arjun", "Deepa", "Devika", "Ishaan", "Kavya", "Kiran", "Lakshmi",
        "Manoj", "Meera", "Mohan", "Neha", "Nikhil", "Pooja", "Rahul", "Ravi", "Ritu", "Sanjay", "Tara",
        "Usha", "Varun", "Vidya",
    ],
    starts: &[
        "Ad", "An", "Bal", "Bhar", "Chan", "Dev", "Dhar", "Gan", "Har", "Jag", "Kal", "Kir", "Mad", "Man",
        "Nar", "Pad", "Par", "Raj", "Ram", "Sar", "Shan", "Sur", "Tal", "Var", "Vish", "Yam",
    ],
    middles: &["a", "ak", "am", "an", "at", "en", "i", "in", "o", "u", "va", "ya", "esh"],
    ends: &[
        "bhai", "desh", "devi", "ghar", "jit", "kar", "lal", "mani", "nath", "pal", "pati", "puri", "raj",
        "ran", "shi", "swami", "tam", "vant", "van", "var", "vi", "wal", "wani", "yan",
    ],
    artists: &["~f ~c", "~f ~c", "~f ~c", "~f ~c ~c", "~c Brothers of ~c", "~f-~f ~c"],
    titles: &[
        "~n", "~a ~n", "~n ~n", "~n aur ~n", "O Re ~n", "~n Mein ~n", "Tu Hi ~n", "Ye ~n", "~n Se ~n",
        "Chal ~n", "~n (From \"~a ~n\")", "Sirf ~n", "Bin Tere ~n", "~n Hi ~n",
    ],
    albums: &["~n", "~a ~n (Original Motion Picture Soundtrack)", "~n aur ~n", "Best of ~w", "~n, Vol. ~d"],
    endings: &[" (From \"~n\")", " - Reprise", " - Unplugged", " (Lofi)", " - Female Version"],
    own: 92,
};

#[rustfmt::skip]
pub(super) const PERSIAN: Lexicon = Lexicon {
    nouns: &[
        "Aftab", "Baran", "Bagh", "Darya", "Gol", "Khorshid", "Kooch", "Mah", "Noor", "Parvaz", "Roya",
        "Saat", "Saye", "Setareh", "Shab", "Sobh", "Toofan", "Yad",
    ],
    firsts: &[
        "Arash", "Babak", "Dara", "Farhad", "Golnar", "Kaveh", "Laleh", "Mina", "Nasrin", "Omid", "Parisa",
        "Reza", "Roya", "Shirin", "Soheil", "Yasaman",
    ],
    starts: &[
        "Ar", "Az", "Bah", "Dar", "Far", "Gol", "Jav", "Kav", "Kho", "Mah", "Mor", "Nad", "Par", "Roz",
        "Sal", "Shah", "Taj", "Zar",
    ],
    middles: &["a", "an", "am", "ban", "di", "eh", "i", "man", "o", "ra", "ri", "va"],
    ends: &[
        "abadi", "azar", "banu", "dad", "fard", "gar", "iani", "jan", "kesh", "mand", "mehr", "nia",
        "nejad", "pour", "rad", "shad", "vand", "yar", "zad", "zadeh",
    ],
    titles: &["~n", "~n o ~n", "~n-e ~n", "Bi ~n", "~n, Pt. ~d", "~a ~n", "~n (~a)", "Ta ~n"],
    albums: &["~n o ~n", "~n", "The ~n Tapes", "~a ~n"],
    own: 55,
    ..HEAVY
};

#[rustfmt::skip]
pub(super) const MALAY: Lexicon = Lexicon {
    adjectives: &[
        "Baru", "Biru", "Indah", "Jauh", "Lama", "Manis", "Pertama", "Rindu", "Sunyi", "Terakhir",
    ],
    nouns: &[
        "Angin", "Bintang", "Bulan", "Bunga", "Cahaya", "Cinta", "Embun", "Fajar", "Gelora", "Hati",
        "Hujan", "Janji", "Jiwa", "Kasih", "Kenangan", "Lagu", "Langit", "Laut", "Malam", "Mentari",
        "Mimpi", "Ombak", "Pantai", "Rindu", "Sayang", "Senja", "Warna",
    ],
    places: &["Kampung", "Pantai", "Seberang", "Kota", "Langit"],
    firsts: &[
        "Adi", "Aisyah", "Azlan", "Bayu", "Citra", "Dewi", "Farid", "Hana", "Iman", "Intan", "Kamal",
        "Laila", "Melati", "Nadia", "Putri", "Rashid", "Siti", "Suria", "Wan", "Zaki",
    ],
    starts: &[
        "Ab", "Al", "Az", "Bah", "Dar", "Fah", "Gam", "Ham", "Is", "Jam", "Kam", "Lan", "Mah", "Nor", "Raz",
        "Sab", "Sul", "Tam", "War", "Yus", "Zul",
    ],
    middles: &["a", "am", "an", "ar", "da", "e", "i", "im", "in", "ma", "ra", "u"],
    ends: &[
        "baya", "dani", "din", "diyah", "ham", "hari", "kasih", "lani", "man", "mat", "nara", "niza",
        "rahim", "rani", "san", "sari", "tiar", "wan", "wati", "yadi", "zam", "zuri",
    ],
    artists: &["~f ~c", "~f ~c", "~f ~c ~c", "~c ~c", "~c ~n", "~f & ~f ~c"],
    titles: &[
        "~n", "~n ~a", "~n dan ~n", "Tanpa ~n", "~n di ~p", "~nku", "Satu ~n", "Selamat Tinggal, ~n",
        "Oh ~n", "~n ~n",
    ],
    albums: &["~n ~a", "~n dan ~n", "Lagu ~n", "~w", "~n, Vol. ~d"],
    endings: &[" - Live", " (Akustik)", " - Versi ~y", " (From \"~n\")"],
    own: 85,
};

#[rustfmt::skip]
pub(super) const RUSSIAN: Lexicon = Lexicon {
    adjectives: &["Белая", "Далёкая", "Зимняя", "Первая", "Последняя", "Синяя", "Старая", "Тихая"],
    nouns: &[
        "Берёза", "Весна", "Вьюга", "Гармонь", "Гитара", "Дорога", "Звезда", "Зима", "Любовь", "Метель",
        "Мечта", "Ночь", "Осень", "Песня", "Печаль", "Река", "Роза", "Рябина", "Свеча", "Тройка", "Улица",
        "Яблоня",
    ],
    places: &["Волге", "лугу", "море", "реке", "крыльце"],
    firsts: &[
        "Agniya", "Aleksei", "Boris", "Darya", "Galina", "Igor", "Kira", "Lidia", "Marfa", "Nikita", "Oleg",
        "Pavel", "Raisa", "Semyon", "Tamara", "Varvara", "Vera", "Yegor", "Yelena", "Zoya",
    ],
    starts: &[
        "Ark", "Bel", "Berez", "Bor", "Dobr", "Gor", "Klim", "Kor", "Leb", "Luk", "Mel", "Mir", "Ozer",
        "Pan", "Rad", "Sar", "Sever", "Sol", "Star", "Tver", "Vol", "Yar", "Zar", "Zim",
    ],
    middles: &["a", "an", "e", "en", "el", "i", "ol", "on", "ov", "u"],
    ends: &[
        "anov", "chenko", "denko", "dinsky", "evsky", "gin", "in", "kina", "kov", "lova", "minsky", "nina",
        "novich", "orsky", "renko", "rova", "shin", "skaya", "tov", "vin", "yanova",
    ],
    artists: &["~f ~c", "~f ~c", "~f ~c ~c", "Ansambl \"~c ~c\"", "~c & ~c"],
    titles: &[
        "~n", "~a ~n", "~n, ~n", "Ах, ~n", "~n и ~n", "~n на ~p", "Моя ~n", "Эх, ~a ~n", "~a ~n - романс",
    ],
    albums: &["~n и ~n", "~a ~n", "Романсы, том ~d", "Velikie ispolniteli: ~w", "~d песен"],
    endings: &[" - Live", " (~y)", " (романс)", " - Remastered ~y"],
    own: 70,
};

#[rustfmt::skip]
pub(super) const JAPANESE: Lexicon = Lexicon {
    adjectives: &["青い", "赤い", "淡い", "遠い", "優しい", "眩しい", "新しい", "小さな", "静かな", "最後の", "透明な"],
    nouns: &[
        "愛", "雨", "嵐", "海", "永遠", "駅", "音", "花", "花火", "風", "約束", "鍵", "奇跡", "君", "光", "恋", "声", "桜", "手紙",
        "空", "月", "翼", "扉", "夏", "涙", "虹", "猫", "星", "窓", "道", "未来", "夢", "夜明け", "雪", "メロディ", "カーテン", "ラムネ",
        "リボン", "サイダー", "スピカ",
    ],
    places: &["街", "海辺", "屋上", "放課後", "東の空", "坂道", "プール", "ホーム"],
    firsts: &[
        "Aoi", "Asuka", "Chihiro", "Emi", "Haru", "Hinata", "Hotaru", "Kaede", "Kaito", "Kanade", "Mei",
        "Mio", "Nagi", "Rei", "Ren", "Riku", "Rin", "Sakura", "Sora", "Sōta", "Tsubasa", "Yū", "Yuna",
        "Yuto",
    ],
    starts: &[
        "Aki", "Ao", "Asa", "Fuji", "Fuka", "Hana", "Haya", "Hoshi", "Ishi", "Iwa", "Kawa", "Kiri", "Kuro",
        "Matsu", "Mizu", "Mori", "Naka", "Oka", "Saka", "Sawa", "Shima", "Shira", "Taka", "Tani", "Tomo",
        "Toki", "Yama", "Yuki",
    ],
    middles: &[
        "ga", "ka", "ke", "ki", "mi", "mo", "na", "ne", "no", "ra", "ri", "ro", "sa", "shi", "ta", "to",
        "wa", "yo", "zu",
    ],
    ends: &[
        "bashi", "be", "da", "gawa", "ha", "hara", "hashi", "hira", "kawa", "ki", "kura", "machi", "mine",
        "mori", "moto", "mura", "nashi", "no", "numa", "saki", "sawa", "se", "shiro", "ta", "tani", "to",
        "toshi", "uchi", "ya", "zaki", "zuka",
    ],
    artists: &[
        "~f ~c", "~f ~c", "~f ~c", "~c ~c", "~c no ~c", "~cの~n", "~c~d", "THE ~c ~c", "~f & ~c", "~n~c",
    ],
    titles: &[
        "~n", "~nの~n", "~a~n", "~a~n", "~nと~n", "~pの~n", "~n～~n～", "さよなら、~n", "~nになりたい", "またね、~n", "~n☆~n",
        "~nを待つ", "もう一度~n", "「~n」",
    ],
    albums: &["~nの~n", "~a~n", "~n", "~w BEST", "~n～~y～", "~n EP", "~pの~n (初回盤)"],
    endings: &[
        " - Live", " (TV Size)", " - Instrumental", " -~y ver.-", " (アニメ「~a~n」)", " - Remix", " (アコースティック)",
    ],
    own: 62,
};

#[rustfmt::skip]
pub(super) const KOREAN: Lexicon = Lexicon {
    adjectives: &["푸른", "작은", "먼", "하얀", "따뜻한", "마지막", "새로운", "빛나는", "조용한"],
    nouns: &[
        "가을", "겨울", "계절", "기억", "꽃", "꿈", "나무", "노을", "눈", "달", "마음", "바다", "바람", "밤", "별", "봄", "비", "사랑",
        "시간", "아침", "약속", "여름", "우산", "이별", "창문", "편지", "하늘", "하루",
    ],
    places: &["골목", "바닷가", "서쪽", "정류장", "옥상"],
    firsts: &[
        "Areum", "Bora", "Daon", "Eunha", "Gaon", "Haneul", "Hyejin", "Jiwoo", "Jun", "Minseo", "Nari",
        "Sarang", "Seojin", "Sol", "Taeyang", "Yejin", "Yuna",
    ],
    starts: &[
        "Ar", "Bel", "Cla", "Dae", "Eun", "Gal", "Ha", "Hwa", "Ja", "Ki", "Lu", "Ma", "Min", "Na", "Neo",
        "On", "Ri", "Sae", "Seo", "Si", "Tae", "Vi", "Yeo", "Yu", "Ze",
    ],
    middles: &[
        "a", "bi", "da", "eo", "ha", "i", "ji", "li", "lu", "mi", "na", "o", "ra", "ri", "ru", "va", "yo",
    ],
    ends: &[
        "byeol", "dan", "gyeol", "hee", "hwan", "jin", "kyung", "len", "line", "min", "mir", "na", "nova",
        "ra", "rim", "rin", "ro", "seul", "sha", "sol", "song", "vely", "won", "x", "yeon", "young",
    ],
    artists: &["~c~c", "~f ~c", "~c ~c", "~c~d", "~f & ~f ~c", "~c (~n)", "THE ~c ~c", "~c ~n"],
    titles: &[
        "~n", "~n의 ~n", "~a ~n", "~a ~n", "~n, ~n", "그 ~n", "~n처럼", "너의 ~n (Your ~n)", "안녕, ~n", "~p에서",
    ],
    albums: &["~n", "~a ~n", "Mini Album No. ~d: '~c'", "~n의 ~n", "~w", "~c OST Part ~d"],
    endings: &[
        " - Live", " (Inst.)", " - Japanese ver.", " (From \"~c\", Pt. ~d)", " - Remix", " (~n Ver.)",
    ],
    own: 40,
};

#[rustfmt::skip]
pub(super) const CHINESE: Lexicon = Lexicon {
    adjectives: &["美麗的", "最後的", "遙遠的", "溫柔的", "寂寞的", "藍色", "小小的"],
    nouns: &[
        "愛", "春天", "大海", "燈火", "風", "故事", "海岸", "花", "回憶", "街角", "秘密", "明天", "青春", "秋天", "情書", "時光", "天空",
        "晚風", "我們", "星星", "雪", "煙火", "夜", "雨", "月亮", "雲",
    ],
    places: &["城市", "海邊", "車站", "雨中", "北方"],
    firsts: &[
        "Amy", "Anson", "Elva", "Fiona", "Hins", "Ivana", "Jason", "Kelly", "Mei", "Ming", "Vivian",
        "Wilson", "Xin", "Yan", "Ying",
    ],
    starts: &[
        "Bai", "Chen", "Chu", "Fang", "Gao", "Guan", "Hao", "Hua", "Jing", "Lan", "Lei", "Lin", "Mei",
        "Ning", "Qing", "Ruo", "Shan", "Su", "Tang", "Wei", "Xiao", "Ya", "Yun", "Zhen",
    ],
    middles: &[
        "an", "bao", "he", "hui", "jia", "li", "ling", "min", "na", "nan", "qi", "ru", "si", "wen", "xi",
        "yi", "yu", "zi",
    ],
    ends: &[
        "an", "chen", "dan", "feng", "hai", "han", "hong", "jie", "lan", "li", "long", "min", "ning",
        "ping", "rou", "shan", "tian", "xin", "xuan", "yang", "ying", "yue", "zhu",
    ],
    artists: &["~f ~c", "~c ~c", "~f ~c", "~c ~c", "~c~n樂團", "~f & ~c ~c", "~n~c", "~f ~c ~c"],
    titles: &["~n", "~n的~n", "~a~n", "~a~n", "~n與~n", "~p的~n", "再見~n", "如果~n", "~n ~n", "~n（~n）", "你的~n"],
    albums: &["~n的~n", "~a~n", "~w精選", "~n ~y", "~n (新歌+精選)"],
    endings: &[" - Live", " - 粵語版", " - 電影《~a~n》主題曲", " (Remastered)", " - Demo", "（~y版）"],
    own: 85,
};
