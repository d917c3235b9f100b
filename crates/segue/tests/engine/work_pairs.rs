//! Which tracks are versions of one work: pairs of the real catalogue, labelled by hand, by what a listener would say
//! of titles and artists, not by what the code finds.

use segue::{Ingest, Input, Songs};

/// Two tracks, and what a pair of them is about.
type Pair = (&'static str, &'static str, &'static str);

/// Versions of one work.
const SAME: [Pair; 104] = [
    ("4xodRTecM0L46wAfmtpAa7", "6QN99Sr4CgkxOG0AiUuIz9", "Klubbland: live"),
    ("3cuGik6VFOpDNWW4yFqnl9", "1glJZF62bpxXzaF2N5YWdb", "Wake (Live): live, and studio"),
    ("5SDOPP5zCdggONUuYWiiTS", "1Vej0qeQ3ioKwpI6FUbRv1", "Papercut: live, with place, date and broadcaster"),
    ("3mRa5ePXmTImeP2B0KJf49", "4QwpHHbsFbBq248fcsnyvZ", "廣州足浴一夜: live"),
    ("15dNGPxvzuCvTBzFGmveZi", "4MTx23V7Axs7subL3UdGft", "Demoliendo Hoteles: only the album says unplugged"),
    (
        "40riOy7x9W7GXjyGp4pjAv",
        "2GpBrAoCwt48fxjgjlzMd4",
        "Hotel California - 2013 Remaster: remaster and live",
    ),
    ("0TEhsreLJrty90wDxuwlWg", "5uXCt46pHgbkdLwUvfnZhc", "Não Quero Despedida: ao vivo"),
    (
        "0nFYYqz5suiZ7lVh2FK4wL",
        "6i7DyKzkNHXLbRRnMMinVI",
        "Cordeiro e Leão (Ao Vivo): ao vivo, in brackets and after a dash",
    ),
    ("64FBXf1feQoK1JtF29VvS6", "6gBqfMrnpsAT6O6hosjhNA", "Carona do Amor: ao vivo, with place and year"),
    ("4nUFNVyHzlpPGxNATSVa36", "5qQYeV15IMHX0dqcgLa1zB", "Teu Reino - Ao Vivo: ao vivo, and acoustic"),
    ("6MaRBjJJtf3IiWHRVws5qc", "5For9ZuNFUOpcDBq0dvWR6", "Rosa Flor - Ao Vivo: ao vivo, and acústica"),
    ("0o8AsVRLRF15nT8GsLz5zO", "3E7heceGl4ojbkWXyBiLSL", "Céu Azul: ao vivo, then the name of the concert"),
    ("20l8YXsxflVb79aIoyZlTM", "4dhMxlB0xQXYafSN13NPft", "Patria al Hombro: en vivo, with the place"),
    ("3wrTXnKtCu9kZk0lBxtJZj", "3To5owsnumbjenW1G5j0VK", "Tren Al Sur: en vivo"),
    ("3xxjX6FOR05MrgUo6dSl2o", "3fM4uF5RuWugpR29Ue9HHy", "50 Horas: en vivo, with place and year"),
    ("2LNqmG9p2WfINRApOqFC3p", "7keMiPj1IUO7hnFXIdBsYv", "Sin Tu Latido - EN VIVO: en vivo and en directo"),
    ("6hZQGrJlAQwrNnUyFkdO8r", "6HT8RS2HlFq0VRvrxgfS8U", "RELATE: remix"),
    ("3q31VHrRCF6slDPd4VIkRn", "39glqzRVRAy4vq3PqeTGb8", "Love Is Gone: remix"),
    ("1IsvXZXAV9EBC4hBKW6yDN", "4x3HfjXyiGKU4EZYutNNfI", "Missing - Live: remix, and live"),
    ("5j3QqRGflS4o5jbsFSwKW1", "2ek1DpNX6BrSNKTygg9U7C", "Six Days: remix"),
    ("3iTgKW7MWI0M0acyEoQXds", "2dTeSx3Ve6tIum4T7haUWO", "Ahora Me Llama: remix"),
    ("2YpeDb67231RjR0MgVLzsG", "0F7FA14euOIX8KcbEturGH", "Old Town Road: remix with guests"),
    (
        "5lYLBAH2uSvERWy8GAcBJz",
        "2pgDBO0ZAgvye7joSmdDm8",
        "SAD GIRLZ LUV MONEY: remix, slowed, nothing separates remix",
    ),
    ("10hKTZyq2N6iSULhpZXrDd", "3djWekEDgbhAtkXGdFNbFt", "BALD!: remix, nothing separates it"),
    (
        "5VvrGaTMaysRLVbkcUfel3",
        "1oRo1g9ZGqGyh6Quod1gYl",
        "Promised Land - Kiko Franco Remix: two remixes, one in a broadcast",
    ),
    ("1kqx2Z9AXjbUCbPkUVbIRM", "0UuNO0yYvsMPlyLF7RfQlg", "Angst: RMX by"),
    ("4DXGYUPycPAg8sjMY5QXpC", "1TwbzKMxFBExaDEUWqQ832", "Zombie: flip"),
    ("5psoxZpBVWS27k9Fngaes9", "3VPBqHUd17ZvEgabW9ZOUU", "Ghost Assassin - VIP: VIP"),
    ("3p7QdyY9RFucHRkeEugVTV", "2oL0HIuo0cxIycDtJWbpuN", "Where'd U Go: rework"),
    ("36C3lzNUUBzMZvMmLMXbPG", "48pCWlPlHAurPKBy3o0U0Q", "Echte Fründe: remake"),
    ("24BYTj1tb5ovZcnIbtdTYD", "7BY2UnJcQbLO5AMEYgt0NR", "Test & Recognise: re-work"),
    ("6RK3IsiUW6YaSMEodbO4tk", "49xgzcmtmEnsEDWSOMYWoD", "Solitude: reinterpretation"),
    ("2QDnIFKbJZOK3LK2KqykM4", "6zIkiZqUnSMsuRJ6acyJuD", "Out Of Control: radio edit"),
    ("4ELbfx5VBt4rm808g1g6k0", "70C4NyhjD5OZUMzvWZ3njJ", "Piano Man: radio edit"),
    (
        "3tiPg5GBES46MKezGsimcG",
        "7sf0zAvyBwviecbfzmjqBv",
        "More Than A Woman - SG's Paradise Edit: edit by a guest, and from a film",
    ),
    ("2ZzCYFbW5wbGU6NfuJoZRm", "6NBLwZ9QMRMUzmAST5Mxqj", "First Love: lofi edit"),
    ("1gXHjHo65lQ8yM0Qdaghgm", "0RU3sUD0wsMTKSV4gvppOS", "Nessaja: club mix"),
    ("61f7OTlfrjrZqZc8YZtNGd", "66tPJue1SdDqvK9ifs6H3t", "Real Life: mixed into a set"),
    ("3RxNoBUmsatoQ86dAhV92v", "26BETKUTsxD6cX5QY1C9qz", "LED Spirals: extended"),
    ("1FHSae2wuM252M67ehMApX", "2tjkrsxIGGJzJAnaUHYjtQ", "Call Me Mañana: radio version, accent"),
    ("1J7jGRV0J9dhwbTzKAXqqe", "56S3qcZO67Rx4JU9dpg7Qj", "Dream Machine: mix"),
    ("5rwq6R0Uq0BngM3rdmCeNg", "5aDpULK8MbJmHl42kR5KNI", "Collide: acoustic"),
    ("5V7mTIcXVU9k2JNu0mE6vy", "2fywBLXK9GQi8YR8C8d3c4", "Fall for You: acoustic"),
    (
        "7dBelFfZcPO9RJ9gxDGpVI",
        "0kKuVSnv97w8dZ0yjde1KU",
        "No compasso do criador - Ao vivo: acústico and ao vivo",
    ),
    ("6wWKcjSREt5JgLdnVeVvSP", "2goJK85OkKFSLkv7k0qa1f", "Godspeed: stripped"),
    ("7I2BAdKDq6NaLnDRc41JGZ", "74fmOZkSwZfQlir02KmDwH", "Victoria's Secret: stripped, another apostrophe"),
    ("2ux2dwUgqfj1EKRp963HEW", "4OSBTYWVwsQhGLF9NHvIbR", "Rolling in the Deep: a cappella"),
    ("2PLzuEn3jAK5NkSZ0wGe8m", "7bLMLwx6gJrCXoppD2YqOu", "Subirusdoistiozin - Live: instrumental, and live"),
    ("5jBURWr88ObwwIhyL3PKdf", "2EPVEQ8ITYjNXmT8FEUoxH", "Strawberry Time: karaoke by the singer herself"),
    ("1nO5IooVgtkqV8xn6xhqM4", "7oI40EwoWgUTpE28SCStdS", "Homenzinho Torto: playback"),
    ("5usqAd5N9BgRJhM93KCxbq", "3DO4NLnMy8xYF034zbHdHP", "Kitchen - Remastered: demo"),
    ("0u2WxM0Jw062o0XyNv1RDT", "00oZhqZIQfL9P5CjOP6JsO", "Tomorrow Never Knows - Take 1: take 1"),
    ("4z3RNAUb0whdaLAudM9EHE", "6zmQ8bzlDIfngjy0Ba3w46", "Get Back - Remastered 2015: performance"),
    ("7DBHT8SI35z5I8sssBJ2WP", "1B5Tp2Ml9nLlmTSJx8xVfI", "Always On My Mind: rehearsal"),
    ("1EIvjDvoKjwhokJsigvleb", "1B5Tp2Ml9nLlmTSJx8xVfI", "Always On My Mind: with an orchestra"),
    ("0MnTkIEP4zZN1IUSu8MvIz", "27A6QF7xH4DXwE28INOZW4", "Tek It: sped up"),
    ("4CWP7Zw5iq6Pwy69xlhpvl", "46ydq5g3k17iLJs3qMDvO6", "Hurts So Good: slow and reverb"),
    ("7pdODLWQQcPNKeNdD94bC4", "0D0ButdiKwYIzmc9Xx5u9i", "Habits (Stay High): slowed, after a subtitle"),
    (
        "6IEYxC5J51Igo0XUTx16mA",
        "4VEEDnEFLI9dUy5QA51rom",
        "fools (can't help falling in love) (feat. Sody): slowed down",
    ),
    ("2VbFMd1gO1oFeT9xrQOCFj", "3uwnnTQcHM1rDqSfA4gQNz", "Cool for the Summer: nightcore"),
    ("2SYciSIUYvHMPItZhWY3mI", "4pTkDIlpFNoeWbahu8pVXW", "Shootout: 8D"),
    ("5nIjOnMbC0QDMrYFLGx0yV", "13MF2TYuyfITClL1R2ei6e", "BOOMBAYAH: Japanese version"),
    ("2noRPwBUD3h98s09YuxHf9", "074NgeLzrXD9hQ5O3iNIcY", "Save Yourself: Japanese version"),
    ("0Y4Oe3WGAvpN2Pih0BLXin", "485O86RGOuDLnkfJkICiUC", "Deva Deva (Tamil): two languages"),
    (
        "0qcr5FMsEO85NAQjrlDRKo",
        "5SEFk7Qt1kbXxUVkJ44wJ2",
        "Let It Go - From \"Frozen\"/Soundtrack Version: many languages",
    ),
    ("3pkmOUHeMPDUjUQapduQaY", "2PwPOh41HC7lKlmvPf7I3Z", "仮契約のシンデレラ(中卒ver.): two versions"),
    ("21NmnwPP8SHKyVtjvubGSs", "46fURCnWErjFdNM2yBJ2c8", "永不失聯的愛: first version"),
    ("581EBWTkDPRXJcE169K0YV", "66cBlqEs1viJJCE74CDfGB", "追: from a film, Chinese"),
    (
        "3Stij2Z7cJSIi5LcTsrKn3",
        "4HNHnDUrpjVVf6gf8Gqlu9",
        "Разлука (из к/ф \"Гардемарины, вперед!\"): from a film, Russian",
    ),
    ("7DD1ojeTUwnW65g5QuZw7X", "7cv28LXcjAC3GsXbUvXKbX", "I Will Survive - Single Version: re-recorded"),
    (
        "6QxjRIvCx9Xs4XwKBHKTbh",
        "69ozbSmiU02mwqhxaqymNC",
        "Rockin' Around the Christmas Tree - Remastered: re-recorded",
    ),
    (
        "7m7p1cJ1UBpCzHiSUF8feh",
        "0TOnotspiMwE2Uc2CM1RJD",
        "サブウェイ特急 (セルフカバー) - Remastered 2022: covered by himself, and live",
    ),
    ("2pu8hptwk86qYU9dhSCFJF", "3bDk5adzwYm0HnbTKZzHgq", "I sing a Liad für di: recorded anew"),
    ("6KtkKeZpXg3v5Iboqrzakq", "48jIJfLzU9z2pg1iWzatCP", "Coração Bobo: voice and guitar"),
    ("774DVnNCQJok4U26espAhx", "70CudhEdB3miT1xxs5PuuZ", "BECAUSE OF YOU - Piano: guitar, and piano"),
    ("0z7IeekUiNaQvmGQhsfJdl", "6fRSFgVZwxq2d3nQReWFDk", "After the Rain: piano solo"),
    ("5B6082J94hvTWxLjWBIm2g", "7jKCAmjP2cAn9WxxIVR14Y", "Everything I Need: film version"),
    (
        "7uubRr0u9Zxc1Y84hEn7Xf",
        "189DQylImZ1hGZaIpAQUzx",
        "Moh Moh Ke Dhaage (Male): sung by a woman, and by a man",
    ),
    ("0HqTVK1hcXLWtdUN19YfWs", "3agJ3fT3MduBncSv37lcyM", "Un Per Solla (Duet): duet"),
    (
        "5BpRF0R7OS0NWrEccF8d26",
        "455lcFHS2MOMKcGquhAf22",
        "Shaamat (From \"Ek Villain Returns\"): his version, from a film",
    ),
    ("4tQeEHoii36QEGOEacAybz", "72zHuDxFQTjbL51qJQSA7j", "Ranjha - Reprise: reprise"),
    ("77IBDwZDA8BdAQ4Nb24rwl", "7sjsZSMqqNwTl41gaU3j51", "All I Ask Of You: reprise"),
    ("5nujrmhLynf4yMoMtj8AQF", "39LLxExYz6ewLAcYrzQQyP", "Levitating: with a guest"),
    ("55Cth2NbfIWChuTpHs1kCI", "6URLR9SwPALBhLIURttw7v", "Me Lembro - Acústico: with a guest, and acoustic"),
    ("7MSQGZBn01h5QrAZDjMg2M", "7kcMEKsmqgfq68gSQk6F9c", "Alaikadal: from the first part of a film"),
    ("5KGQ4YAwDV8YolJhbFPSuT", "45LZkeAJNMpiMCCBcb2sep", "Where Is the Party: from a film"),
    (
        "15MJ5NThPjj6xhPcts8MiY",
        "28ZCSdsVrt0BCaBhRI0HXq",
        "Take My Breath Away - Love Theme from \"Top Gun\": from a film",
    ),
    ("79cxnmnGiC0qZfxi5ogp4j", "1B0FEDRzzN5GP7HGZZfNQl", "The Fall: in a broadcast"),
    ("16UQJHO164ZQ8W2y7O7Gp5", "42XXRSqhkkfKh9h1fm3AuA", "Calling (ASOT 1090): in two broadcasts"),
    ("7mnKyGfRTHjZo9fYpb9WeX", "4EEBn0pbdBm3eUk5WEyizA", "Never Cry Again: number of the release"),
    ("1Ud6moTC0KyXMq1Oxfien0", "7cSrZ9Uu1c4JImssIyqsvP", "Sympathy For The Devil - Live: edition"),
    ("27iksNpaur1CcH0w8703by", "5uraJqtCBvLpwt3VeomZdq", "Shinzo wo Sasageyo!: TV size"),
    ("1OhhHhZnZRRs38Vkc7dMDm", "5iNn43bKN1jSLllFkEfdOg", "ABC Boo: sing-along"),
    (
        "4IAY70cIvZx9Btx9XB5XPX",
        "4gMgiXfqyzZLMhsksGmbQV",
        "Another Brick in the Wall, Pt. 2: the same part, live",
    ),
    (
        "1wWYqFc1ElJL4bnTfvmR2z",
        "4YqaTJsKcZ79EoJIsvYZbM",
        "Shake, Pt. 2 (Get Get Down) - Slowed + Reverb: the same part, slowed and sped up",
    ),
    ("6EDNT1kMvZuCppLS0IJ3tc", "19tHmIQsRnebkyK09m2UXE", "Pigs on the Wing 1: numbered, remix"),
    ("2EowclmjcHVK6W8xlngurh", "49J6l9fKrBXaiu9WQkTUBp", "Coming Home - Part II: the same part, bonus track"),
    ("2WVBWj0856UeKixWOlsUbN", "0vU90qsuKzKIbKN3X2apUa", "Hay Otra Salida - Studio: alternate"),
    ("5whvZmQ6Apf4TGpBeNcpBx", "0S5cs4lAkx99tGjoWS4Jtk", "Only You: subtitle"),
    ("1y6DJDkhlYz6X35HV7BgsK", "23EblUTQTswA21CfIzBL6z", "If Drinkin' Don't Kill Me: subtitle"),
    ("55edeqAk47nZfiAHz2KcLX", "0GoDjG30aUBGVbiCy1IQKh", "Back To Life: subtitle"),
    ("3nMb7ToWIxYvmaIG20z6ux", "79R98MwYRcQZdAzjjzUbiX", "Tonight (I'm Lovin' You): two wordings"),
    ("27tX58NOpv1YKQ0abW7EPy", "2fXmyEIE6AtoGdo5Dm69y2", "Hurt: quiet version"),
    ("1EQFOouqdKYdpbNoOHRVO2", "1wPUjPJB5U49st6rPTdhT1", "abcdefu (chill): two moods"),
];

/// Two works.
const DIFFERENT: [Pair; 79] = [
    ("5pKCDm2fw4k6D6C5Rk646C", "1cCYNgQILq8D3uX2sy50Mv", "Tears Don't Fall: part 2 is a sequel"),
    ("0Rpqo36TnUZplojq6qqI4J", "7zbNyCtgNRmJ1BdiaMsqEy", "DNA: part 2"),
    ("5jZdUmR7UmVsw9XkEsPGZF", "0SZPXD0uEl72YjUVY2K3E9", "The Business: part II"),
    ("4gMgiXfqyzZLMhsksGmbQV", "5A7eooPKJHtr0UJmatjH4a", "Another Brick in the Wall, Pt. 2: parts 2 and 3"),
    (
        "4IAY70cIvZx9Btx9XB5XPX",
        "5A7eooPKJHtr0UJmatjH4a",
        "Another Brick in the Wall, Pt. 3: part 2 live, and part 3",
    ),
    ("19tHmIQsRnebkyK09m2UXE", "1OzTJHmUMMYPQpMLxZYHlU", "Pigs on the Wing 1: 1 and 2"),
    (
        "6pnwfWyaWjQiHCKTiZLItr",
        "21j1PsCiTaO8ZW88UZrh3A",
        "Shine On You Crazy Diamond (Pts. 1-5): parts of a suite",
    ),
    ("0wKt65XM5Wit3QH7lZtESU", "79keCNa2NAa4xMInUQCATJ", "The Legend of Olog-hai, Pt. 1: parts 1 and 2"),
    ("78rwYkCrixIrp8rW1yfMxP", "3DaDJQoUIR0wCA0dSkFvFw", "Clout Chaser: part 3"),
    ("08g09UHbKcqhXawnm5RV84", "5LetrnFg10VXkAyOE7UH4d", "Savages (Part 2): parts in brackets"),
    ("08OxaYELuEIHjOegaAAYbr", "31SoYteSSMAmqry4SKFgxE", "Barbari (Part I): roman parts"),
    ("2Niyp1yifjn062AWqYtis3", "2oqki4Oi98GZx9bFNaRdp7", "Mann Melo, Pt. 1: parts 1 and 2"),
    ("5B29YNjG7dx0GfU19ZBEpo", "3hwaOfrkbXJgeh7XGt54xw", "Dekha Ek Khwab: II after a dash"),
    ("6keP0AfCE5v4CTI1E5nrLv", "4sDtOypFLuQGujmcic6aUv", "Ouro Rosé: II"),
    ("7soH7AwzljtnIgf2PuR3MQ", "0qvCtK6obGInhRhRD39bCm", "Aurora Borealis I: I and II"),
    (
        "4SrsN2NYSHcf7cYsW6IKvy",
        "5H9mgDFMyT0CuFmxHZ3Ei0",
        "The Last Samurai Suite: Part 1 - Live: parts of a suite, live",
    ),
    ("7ib1AuW6jBVHkaNHu7z1PT", "3XR8M0I7Wrk67qeXx8e1Tm", "Unknown Journey I: I and II"),
    ("6u5w5g85GbCSwA5aRUZl5j", "3ECxNXlejuESJskGvgyaqp", "Thought 1: 1 and 2"),
    ("2KldK81uQyPpbJLwEekaLQ", "2hhFpD32iXUd4GaCu6T4wn", "Everyday Normal Guy: a sequel"),
    ("0TeH0rRFmef6eqk86MPyUA", "08j9wzt7Q9Ucq1IrpD4GVq", "Machayenge: a sequel"),
    ("6INDD39WVBCh22CPwAv7rQ", "7vwMtVTXlukS6MpuQzAG7l", "Dona Cecilia 3: sequels"),
    ("3K5a4beOow0Ul7EJSZeoSn", "4Fx90KcLTgRgh81gTldVgk", "Sleepygirl 6: numbered pieces"),
    (
        "5FlcCJAAcAb5crxohyJPL6",
        "6uRhOHCa1APhYNgsvU1EqF",
        "Welcome To The Jungle - Continuous DJ Mix Pt. 1: two halves of a DJ mix",
    ),
    (
        "3BEYmsQniREjw43wdYG3U1",
        "3i39d7KtpiAHW5elg1WupN",
        "The Phantom Of The Opera Symphonic Suite - Pt.1: parts of a suite",
    ),
    (
        "3FVy3aVs0TFzLv6FEiLqC2",
        "4lyY06kGvzvmG6ErToOVLe",
        "Dream 1 (before the wind blows it all away) - Pt. 1: parts after a dash",
    ),
    (
        "6qN2alQY36EbEjpBhDP9FE",
        "0ZBb2uNl3ZsmSKnb5Ib6w4",
        "What Does Your Soul Look Like - Pt. 2: part 2, and a remix of part 1",
    ),
    (
        "6Gzbcdyv1z4aPAPRbLnxcx",
        "1ltZgsLlfxgtNh5U74JPu3",
        "Group Therapy (Messages Pt. 5) [ABGT499D3]: parts of a broadcast",
    ),
    (
        "4LTFOJjQt0wSunlfvIuCYe",
        "7GXsxXkvOvSN8qyOtidFDQ",
        "A State Of Trance (ASOT 1090) - Coming Up: items of a broadcast",
    ),
    (
        "3GKa3RctO1YHniUDerjAij",
        "76Vru4DRz1zPrr1lpdVYaR",
        "Tritonia (Tritonia 399) - Round Up: items of a broadcast",
    ),
    (
        "64ta7ZvTJeThz7Ns4LmAHS",
        "6C7nimvwkJvFXZ7oT0ZOf6",
        "Piano Sonata No. 14 in C Minor, K. 457: II. Adagio: two works of a composer",
    ),
    (
        "0HkF2UlAgY3iEqplsw2GrP",
        "7rj3r1ghpdIbxLbIIbYnP4",
        "Piano Sonata No. 12 in F Major, K. 332: I. Allegro: two movements",
    ),
    (
        "6csdf0ta8g9IRbJwO4CBDb",
        "2ZqucnGhfTDTF9DCyWN22t",
        "Piano Sonata No. 11 in A Major, K. 331: I. Variation 1: two variations",
    ),
    (
        "2vZkRvnwxCLsmzf8oGGBKK",
        "3UWk8rY5YwojPU1I4XBWlq",
        "6 Minuets K. 105 (attribution doubtful): No. 4 in G Major: two minuets",
    ),
    (
        "7BkC2ioCrseNYouUq8pCnJ",
        "1dAPazw4JMxZXTZoWGPg0T",
        "La clemenza di Tito, K.621 / Act 1: Marcia (I): two marches",
    ),
    (
        "2oGCF7bqdm78ERoKVUp7LT",
        "7dsE2cTKeNmCW4gzkvr3VH",
        "6 German Dances, K. 509: No. 2 in G Major: two sets of dances",
    ),
    (
        "2WnrNA0YgU06xhMcvjlaxD",
        "1t3DFrE9ge66pbbFRcTSb4",
        "The London Sketchbook, K. 15a-ss - Divertimento in G minor: 2. (Andante), K.15q: two pieces of a sketchbook",
    ),
    (
        "2LDAWHRNm2W3DJOKuZqa2j",
        "59eGOi9E4dV8OE3twHmvFb",
        "Suite No. 1 pour violoncelle seul in G Major, BWV 1007: Prélude - Ending: opening and ending",
    ),
    ("2jd7MUx3tgb88h31NKy9iV", "2cPUhKXiA8pAgT8p5yt9Lv", "Sonate, Op. 5: I. Adagio: two adagios"),
    ("3mEVIUMXrkT9Gj4fFp7kz7", "21Uc581RZlBXEpX9vQcLUR", "Sonate, Op. 5: II. Allegro: two allegros"),
    (
        "7HFBLgxWohrJ468Xnr9fcW",
        "6fA17SRA5gxid7FfmYNZRx",
        "12 Sonate a tre - Sonata I in C Major, Op. 3: I. Preludio, Largo: two sonatas after a dash",
    ),
    (
        "6gMU4twSmwzHRw71m4RIbr",
        "0w9uKxda99qJhJPUiTaKPy",
        "Cavalleria Rusticana - Duetto Santuzza Turiddu: two scenes of an opera",
    ),
    (
        "2caDZgWuP42LDzeMsQdROC",
        "255raqVBlqXeB9FFxIKOH3",
        "Lucia di Lammermoor - Quartetto dalla Lucia: two scenes of an opera",
    ),
    ("55dMOtuZtkXRG5RBwo3mIt", "2EVZJ77JRXgrt8Mvt3jRa5", "Rigoletto - Pari Siamo!: two arias"),
    ("1M6g7BTBFCIuzOx7xgBv8D", "3AYXFn1hxbOl5l52J9Afjb", "Attila - Che più s'indugia: two arias"),
    (
        "6bWSlgj7GqYXsorKurrxTJ",
        "6j2BsmTY0rThSV58j7GsLj",
        "Sonate II Opus 116 Pour Violoncelle Et Piano - 1er Mouvement: two movements after a dash",
    ),
    ("5QW8Em9liiCdAAVk1G0byr", "06L37I0KAqeR67JopmPUf3", "Movement, No. 2: movements of two symphonies"),
    ("1D8BYJqdK1t0cyMMop3jxx", "2brAZY6nppy6tmB28CVBb6", "Untitled: two pieces on one album"),
    ("3IFpvR6d7BRXJ4t31K42qr", "68Yun2jc8YaCCao1XCiNPz", "Dialogue: two pieces"),
    ("0BMdyyT8BANFSt3PYlPLWq", "1ekeVWwvCSbyLbt9yLawK6", "MEGA FUNK - ESSE É LADRÃO: names after a dash"),
    ("3A7EZpfg3JFaMYOGuYj5VX", "0yeRlkCcKpaN6ESK64w3kn", "Trolls - Teil 2: chapters of an audio play"),
    (
        "1bU2NTQlRFtKB5PYF9v9Xv",
        "3LWvtwgEIzC1wdHiUBoG1v",
        "Breathless - Shankar Mahadevan: two songs of one album",
    ),
    (
        "6gdMat5d3oWN0cBnex17XH",
        "3z1CsfRRtj69DPWrNkOPGW",
        "Shigatsu Wa Kimi No Uso - Otouto Mitai na Sonzai: two songs of one series",
    ),
    (
        "1voFWWYktcxPvOZPxYFiUf",
        "3tpprAiujQyOkeuKlKZBmN",
        "Company - Original Broadway Cast: Sorry-Grateful: two songs of one musical",
    ),
    ("3zIM4r8MksRLPznpErkLi4", "1AN4ufCCVjezLyl6QBlFrq", "Kani (Day): night and day"),
    (
        "7GJ1d5TkybTVDxLNP5VqhL",
        "0XMgDXVvDen04Rl0iB1YNr",
        "Ami Je Tomar (Kiara's Scare): two scenes of a film",
    ),
    ("3D1dKFpR8B8h8hiFGMfYNc", "6kbS5Z8RVWDH9ieymklT2v", "Pink Noise - BP 100 hz: two noises"),
    ("7dH53Egj3FVEcAZqD9f481", "1BgBMNz7I7NEOiP1LNeKqh", "Brown Noise - Waterfall: two noises"),
    ("46MkRfyd0Cjr1tkJJzjYVU", "0iGDA9e2XMpDjvPbDnGYA8", "De Doden Hebben Het Goed: III"),
    ("353rT3h7ABEWWBe6Hr7EZD", "2o1RtJhMTPDW6A3SzNptli", "Little Blue Pills, Pt. 2: parts 2 and 3"),
    ("11YRvojTl6B5KpSlmA38SC", "2wSASw0ctTn9O3rgTNq7IP", "Der kleine Prinz, Pt. 1: parts of a story"),
    ("6V3LoYtjScGE7kHJ0XJdgc", "5xjaYugere2m4mk4cwlckj", "The Exercise Game #2: numbered"),
    ("51teckQO0O1ql5D4edLdua", "5TdryAwnGlMsFFnxGm3fv9", "7 b4 Dawn - Original Mix: another number"),
    (
        "1JkzzVIHygqz274CKFvjoa",
        "6aqfqfzU1GjtKQb3ujUMGb",
        "Para Reiki: Gotas de Agua, Pt. 01: parts of a sound",
    ),
    ("7AO8jwZqGfKckV14CuQMLC", "77bKxn55OHxK3c6OzhEeYg", "Set DJay W 6: two sets"),
    (
        "4czO9YMQPdmLoNpRlnVof8",
        "7fjwQt9SOCkK1wTzaHLGeh",
        "Jessie's Song (Part 1, from \"Toy Story\"): parts, from a film",
    ),
    ("28cnXtME493VX9NOw9cIUh", "27tX58NOpv1YKQ0abW7EPy", "Hurt: Johnny Cash and Nine Inch Nails"),
    ("70LcF31zb1H0PyJoS1Sx1r", "7BRwh1bemr9rFMDeTbcy5S", "Creep: cover"),
    ("3hb2ScEVkGchcAQqrPLP0R", "1HNkqx9Ahdgi1Ixy2xkKkL", "Photograph: Nickelback and Ed Sheeran"),
    ("5CHlWfMNCcf5c4oPymSO28", "1Cv1YLb4q0RzL6pybtaMLo", "Sunday Best: cover for children"),
    ("1M63dvMiyRk0T4rPLfhHa1", "4XQiVpepPeoq9KYt4Pv15B", "The Race Is On: cover"),
    ("3MjjRw1uzjFVP2f3CnUs9c", "6BDi00N2PfxuXa4Txd4ttc", "Intro: two artists"),
    (
        "2wGd1xVvI38RqbzhlzswFC",
        "5oGgwz30cuWaSxc0l9emMa",
        "The Little Drummer Boy: Stevie Wonder and the Temptations",
    ),
    ("7d0bJhpp0mCYyMXaMgWyMS", "2NZEJxIUnsP18o2aNzeuZW", "Make You Feel My Love: two covers"),
    ("6KlNIHW7IOfiGYJiTM8gz3", "52D7i5XKgXguv4fwkGYmlH", "La cumparsita: two orchestras"),
    ("20GlDn5GNOkgZUui7Z57k1", "54suAFhsGjOKBhrUedu0pm", "Your Song: two singers"),
    ("2GwShNdcJHDLEkGO4L34lF", "1VEBHl13HTNQX82pkSivoB", "Back to You: two songs"),
    ("5cF0dROlMOK5uNZtivgu50", "6tTeRmhhuwDl5Y4UiJdHuO", "Attention: two songs"),
    ("0aSdsoufzNzGKFkRTkBYzM", "3M0NUo9eoV5otcWVIPNrwD", "Bella Ciao: two artists"),
    ("6NdG17SJBXKJeYS67f7E74", "6CFNuNjLqTZhFhswIoPGdA", "I Miss You: Adele and Andy Lau"),
];

/// Of the pairs that are the same, so many percent must be found: all but those that differ in a subtitle.
const RECALL: usize = 94;

#[test]
fn versions_of_one_work_are_found_and_no_others_taken_for_them() {
    let Some(path) = crate::support::shared("data/spotify.csv") else { return };
    let (catalogue, _) = Ingest::new().read([Input::path(path)]).unwrap();
    let rows: std::collections::HashMap<&str, segue::Row> =
        catalogue.rows().map(|row| (catalogue.track(row).unwrap().track_id, row)).collect();
    let songs = Songs::find(&catalogue).unwrap();
    songs
        .releases(segue::Row(0))
        .for_each(|row| assert_eq!(songs.work_of(row), songs.work_of(segue::Row(0))));
    println!("{} tracks, {} songs, {} works", songs.len(), songs.count(), songs.count_works());
    let row = |id: &str| *rows.get(id).unwrap_or_else(|| panic!("{id} is not in the data"));
    let are_one = |(a, b, _): &Pair| songs.work_of(row(a)) == songs.work_of(row(b));
    let list =
        |pairs: &[&Pair]| pairs.iter().map(|(a, b, what)| format!("\n  {a} {b} {what}")).collect::<String>();

    let joined: Vec<&Pair> = DIFFERENT.iter().filter(|pair| are_one(pair)).collect();
    assert!(joined.is_empty(), "taken for one work:{}", list(&joined));
    let missed: Vec<&Pair> = SAME.iter().filter(|pair| !are_one(pair)).collect();
    let found = SAME.len() - missed.len();
    println!("{found} of {} found; not found:{}", SAME.len(), list(&missed));
    assert!(
        found * 100 >= SAME.len() * RECALL,
        "only {found} of {} found; not:{}",
        SAME.len(),
        list(&missed)
    );
}
