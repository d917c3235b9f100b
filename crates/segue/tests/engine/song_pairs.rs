//! Which tracks are releases of one song: pairs of the real catalogue, labelled by hand, by what a listener
//! would say of titles, artists, albums, durations and measurements, not by what the code finds.

use segue::{Index, Ingest, Input, Profile};

/// Two tracks, and what a pair of them is about.
type Pair = (&'static str, &'static str, &'static str);

/// Releases of one recording.
const SAME: [Pair; 68] = [
    ("0PdM2a6oIjqepoEfcJo0RO", "1aZLIbKEdsyqxyD6iNcrbA", "Pour Some Sugar On Me: remastered 2017"),
    ("67tATduRRXN0FrbOeyxyuH", "57iDDD9N9tTWe75x6qhStw", "Bitter Sweet Symphony: remastered 2016"),
    (
        "19DhbcqPx96nCoPvm6ViUV",
        "1yg7fwwYmx9DQ2TdXUmfpJ",
        "Holding Back the Years: 2008 remaster, on an acoustic compilation",
    ),
    (
        "75FEaRjZTKLhTrFGsfMUXR",
        "29d0nY7TzCoi22XBqDQkiP",
        "Running Up That Hill: 2018 remaster, brackets in the title",
    ),
    ("1KLpjQFgubHI3GkAICCNH3", "4GqMYg91LJXiLjvQBFc3s0", "Dream Lover: 2006 remaster"),
    ("7KwZNVEaqikRSBSpyhXK2j", "6Pzm6HXxN0cwfCWM7kngXL", "Hypnotize: 2014 remaster and none"),
    ("7DDvObCeUdqV2CwRZopzK9", "6Tsu3OsuMz4KEGKbOYd6A0", "Hypnotize: 2014 and 2007 remaster"),
    ("1Uyw5OKFNe2ebZWDK1G4Hv", "6Tsu3OsuMz4KEGKbOYd6A0", "Hypnotize: none and 2007 remaster"),
    ("4pbG9SUmWIvsROVLF0zF9s", "5Qe7NHxeLAn8KoLTNLSdwe", "I Want To Hold Your Hand: 2015 and 2009"),
    ("7CZiDzGVjUssMSOXrDNYHL", "7nhrlsT1P4qsslp28UA1BI", "Ticket To Ride: 2009 and 2015"),
    ("2wSAWEYUHkt92X4SBAPqZE", "3XDeeP9wBZzGhIPZmLfEEx", "Karma Chameleon: remastered 2002"),
    ("2NgPplXFmGoBHtFMQNpIHa", "6VojZJpMyuKClbwyilWlQj", "Wouldn't It Be Nice: stereo and remastered 2012"),
    ("3BDMkqHAiIQukOgkqNuQB0", "2B34RFUGMBZKwONE5sElkm", "Eisenkreuzkrieger: remastered 2022"),
    ("01zp4taj3AApYlN2iejw3W", "3oyc1mIdCBGaU55wX7otqM", "Pump It Up: 2021 remaster"),
    (
        "0PPIpnwOzCZMUaGiHbAEqc",
        "7CYeLBZk9pmOYqBz3Vr7lr",
        "Driving Home for Christmas: 2019 remaster, tempo doubled",
    ),
    ("0vAsaaesr1NBIkvEqnddCJ", "2fR4zRSGngibmf0UViZoVT", "Yo Te Avisé: remasterizado 2008"),
    ("3OkJVp7k6BndfFIASIXTOw", "15x4YHMpYVL9uoBMKXKAf0", "Grito de Pilagá: remasterizado, accents differ"),
    ("0OpsdOxCH5frtDmBNRQDEF", "6ACG1I3qXRpnkIKLVzy4Ww", "The Logical Song: radio edit, remastered"),
    ("4SM1z0Y8dq0qQcM7MPrUP2", "6mzJEAV0z7hxp7IZgTC8ln", "Someday At Christmas: single version, mono"),
    ("5IJ9Q8VXDqD01m41OUF4hV", "7slpmZ1MQExd19O49fOIqs", "What Christmas Means To Me: single version, mono"),
    (
        "7cywY7n6Vgv9u9kiHt8nll",
        "3WLWdOLIVtqY0qwZd0gvn3",
        "Who Took The Merry Out Of Christmas: single version",
    ),
    ("5lXX4SAV6HBaVnZ6sUQPNE", "1YZ9mU9r6RXjTRee6G8GLU", "The Grand Tour: single version"),
    ("3x0lg7bRDP2LCn65JeNdwL", "0vLwL4xuJ3s7SeaCdvMqkY", "Call Me: single version, theme from a film"),
    ("1Hv1VTm8zeOeybub15mA2R", "28XDE6yXI6Bp4U3nLSGqzp", "Smooth Operator: single version and remaster"),
    ("214VcdApAmkrGSVcinjwjv", "40bEjLxDNU1ucfvH4pX1Wp", "Make It Work: radio edit as long"),
    ("0HfBJq3iJ14I90SAX1NFgF", "5NYejXf1mwigePilCGLjdM", "Call Me a Spaceman: radio edit as long"),
    ("74PyndGWYtfs86n60lAsYW", "5aEqcblO0Z6JloFJXtxyhe", "Everytime We Touch: radio edit"),
    ("0nrRP2bk19rLc0orkWPQk2", "6mUHPv34FUMhYVlpytiwdp", "Wake Me Up: radio edit"),
    ("4LK3fEO1aN4ZJgY3doVU4q", "35eOXQXqVrwnSWCu8wPk8S", "Listen To Your Heart: radio edit, tempo halved"),
    ("1TwbzKMxFBExaDEUWqQ832", "65vfhzbHsGalJGbnFHZ6sF", "Zombie: radio edit as long"),
    (
        "2RMrSqhZxRiRHOT81gpRE7",
        "1ZIpOTFiz7CmIU8nmz6x6k",
        "Do Without Dem: radio edit as long, measured otherwise",
    ),
    ("6M9aKmafWys7ILg1qXPTGa", "1cMjDQDRbWazrNegjCnaii", "High in Yah: radio edit as long"),
    ("42jCboA6H62EfYYWKr0CHw", "1VBT81co600HAZDmImhYl6", "Fistpumpin': edit as long"),
    ("2XHKU2Hf6ua9NQUtlOt3gH", "7rH7ZOH98bdupI0LaV08jp", "Meridian: original mix"),
    ("2jRgj5kaRzwxwbd2Ddr1Ad", "03m7IfLCTeThLUFEgh8nNF", "When Life Leads Us to Death: original mix"),
    ("66vAvmXdu1UAWQhPKxjHjm", "0ZHg7hCAw12rUubxS4fgGU", "大スキ!: original version"),
    ("0yqGaBZ0r4av8o40knrpjz", "3srgB1L9XfePDOIY4DrN2K", "Moment In The Sun: bonus track"),
    ("6qNY8xr8GNcvskh5GkVS7b", "5Q7ayTarb9Tpmkik5cVMug", "Viva Las Vegas: bonus track"),
    ("49J6l9fKrBXaiu9WQkTUBp", "2EowclmjcHVK6W8xlngurh", "Coming Home, Part II: bonus track"),
    (
        "7F7DIhKoISusxKyw1013v1",
        "2i6Zgt3uFaupWIcpvRORMn",
        "Please Come Home For Christmas: album version, additional strings",
    ),
    ("5JtuBSgTtSL6L1hL7HkBl0", "2lBExcAjBgX7Jb480goU9B", "Stars Align: with Drake"),
    ("3Z8FwOEN59mRMxDCtb8N0A", "0IAd3wUpWywdem1Fd96cOo", "Be Kind: with Halsey"),
    ("4j5ffIFh7bFT7GZciP1TCy", "6dF0KC5b9O5yaVAP6t6oFa", "10,000 Hours: with Justin Bieber"),
    ("5xhs3I7Rnbli2emfWl2O5L", "463CkQjx2Zk1yXoBuierM9", "Levitating: feat. DaBaby, both"),
    ("74ke9u10rIeCwTU0KOT6C5", "5HQVUIKwCEXpe7JIHyY734", "Young, Wild & Free: feat. Bruno Mars"),
    ("5lYMpFuFYlgpSDIHBV2Goy", "3VZQshi4COChhXaz7cLP02", "I Love It: feat. Charli XCX, key a fifth off"),
    ("36YlzbkAZLnOke9yib6Yin", "3qvZW1bLvAsJIUhYcuvf4F", "Real Life: feat. Stormzy"),
    ("5DWhp2mGKWtxVk7Z2md8jg", "5CLGzJsGqhCEECcpnFQA8x", "These Days: three guests"),
    ("3WB7O03A1THXLWrtAERC3h", "60wMNCIWYZwbOywZXgfQ9P", "tears in the club: feat. the weeknd"),
    ("2tH28YyKYOldxhuBHoI79M", "4C426PqeHP8XqHU5mQIAKS", "Just the Two of Us: feat. Bill Withers, short"),
    ("3gbvADcmdlaz59IgeehQbt", "0Ie5uiv54KgCr7P4sYDTHl", "Baby It's Cold Outside: duet with"),
    ("3A0vG2tYNwvteMLPezNZ24", "2Z8yfpFX0ZMavHkcIeHiO1", "Monster: artists in brackets"),
    (
        "64NPSUK9QT49jEDKl3FK1a",
        "4rGLwg8ej2ar25UJ5Rw7xz",
        "Evanda Enakku Custody: from a film, measured otherwise",
    ),
    ("7iLA6PQeQWRjLDHOJgGpj5", "2VTUr7TWzOnBig59RYdCsC", "Gerua: from a film"),
    ("382emarYcsDvic5RCKaglv", "1qvoTEJr6bCdSl0l6CuxEz", "Kahani (Sonu's Version): from a film"),
    ("4e9dIemIXO8Tzg0k4aWujk", "0yInnVUPqOxW9mFZ440hSi", "Raabta: title track, from a film"),
    (
        "7tUSJY4nsDBJTjd1UXKRsT",
        "5J4pDyvjRrYfcgHetKjKSj",
        "Part of Your World: soundtrack version, tempo measured otherwise",
    ),
    ("3N4DI1vuTSX1tz7fa2NQZw", "1L5tZi0izXsi5Kk5OJf4W0", "Rehab: deluxe edition, mastered quieter"),
    ("2einB00Doep8LZImPipb9r", "4gvea7UlDkAvsJBPZAd4oB", "The Boys Of Summer: compilation, mastered louder"),
    (
        "5VCy743OaUmLpijIonFmaw",
        "6sxptembJVty4sNtcPMAVz",
        "Man! I Feel Like A Woman!: compilation, mastered louder",
    ),
    ("4KizzdSdXMao25OVesQmOn", "2UYW5Kooj6jZTwQCoP10nv", "Ateş Et: deluxe edition"),
    ("2eWLNSTA7RvUBmnTYVvR8s", "4O9ICXbrUTAVR5kkx6xANJ", "X Gon' Give It To Ya: film soundtrack"),
    ("4hCepaOhXXxm3XTqHvPDJr", "6JcWanfC5bkTQy4iXbeFKL", "I Dream Of Christmas: two compilations"),
    (
        "0Rz7S7DSsiROEWR2mH5DwI",
        "34qxi6dCXAb90enc88oYfY",
        "Rain, Wiz Khalifa: two compilations, tempo doubled",
    ),
    ("06XUJrZGYFrPzuKaRNnFGa", "3PjTT6rmn1maH7QiuXwtc1", "Mad Cat: Roni Size with and without Reprazent"),
    (
        "5hEdBoHMDEpXUKAhSi1kCB",
        "1nxjTDshyAJ98qJq0njCJS",
        "Hungarian Dance No. 5: the orchestra or the composer listed first",
    ),
    (
        "13gfAdLln2IT8u7oK41JDR",
        "5YoVdS8Z2AaOEE9EUGwjNF",
        "No No No, Serial Killaz Remix: artists in another order",
    ),
    ("4cO3Woi163T6kfaUEjsSFU", "28zsEvmvMB3oZDzsqSOhXR", "What About This Love?: Larry Heard is Mr. Fingers"),
];

/// Two recordings.
const DIFFERENT: [Pair; 85] = [
    ("6iW38RGqdDGOofmz2HeXLW", "1DFD5Fotzgn6yYXkYsKiGs", "Piece Of Your Heart: remix"),
    (
        "48oIzwfZBs7bu6y6YDTiIr",
        "2XziGTbTJ49dIOQNGarDpu",
        "Wenn Gott so will: remix, near in length and tempo",
    ),
    ("4NLFnAPoMAiuuK8iXnit6W", "0WZv29OGhRABeryXBPMAV6", "Ozumba Mbadiwe: remix with a guest, near in all"),
    (
        "0RR32CK1PCFyX2epXAx15e",
        "5k7Gu7IDYFEDgNazdpBIUt",
        "I sing a Liad für di: remix, near in length and tempo",
    ),
    ("46bFZCQ2U2DMSNUKGzQUyP", "6esWpLeWER7pR9XLFmAE8Q", "Truth Hurts: DaBaby remix"),
    ("0C0cK8mAUMjoFa8iQ0RZi3", "4pSj48vhbXwYvf2zbD1WJa", "The Boxer: radio edit and DFA mix edit"),
    ("3WNzOFBAbi5Cc72223avI7", "0nZJB75eXq0vZRhelJX4wq", "Gold Dust: two remixes"),
    ("6G3zGPkjytMFQO4PG6XylO", "5LLjI8AulYMCDITXZcicAe", "BazeFaze: RMX 9 and RMX 10"),
    ("56jlrdCvA7Ih13L9OMcfDS", "6CnsWmopKWnQyXebUmFoui", "History Repeating: knee and ankle length mix"),
    (
        "7hc7MTHJtzm3if3lFxqQoI",
        "0qp2BkreL7bxaFdc25VihQ",
        "How Deep Is Your Love: Serban mix and the soundtrack's",
    ),
    ("1WfShFNteH2XK96ahIWikp", "3TmpdfRQpuPJzd0j7gqED6", "Fade Out Lines: rework"),
    ("0ZFzV813vzKHfEYWX9gIeE", "2O0vM6F7VMXf66Y5qUuWyE", "I Wanna Dance With Somebody: summer edit"),
    (
        "0y0sGn9Q6DehWp0mRujVy6",
        "5jtNLGrEjZtGZcf95TYTpZ",
        "Das rote Pferd: après ski version, near in length and tempo",
    ),
    ("6QN99Sr4CgkxOG0AiUuIz9", "4xodRTecM0L46wAfmtpAa7", "Klubbland: live, near in length"),
    ("7gHyZziBrTz4kGv9kGAyN2", "3Dm6aXLhzureDjBZIqFYhK", "Hoje Livre Sou: live, near in length"),
    ("63efSBKSZJWb6JTDpM6Ype", "6jiMmxKqeXsnrqxJhYJd4G", "Minha Fé: live"),
    (
        "5r0x87jwTbkVjA3FQNOykz",
        "0y3PBRBMFfkkbLoAVZqpFc",
        "Corre Pro Meu Mar: acoustic and live, near in length",
    ),
    ("0HVbTHcvsP7t7KIR7IAV5C", "3RjXejG4YaUf4FusoGft2Z", "De la Carne: live, near in length"),
    ("4PAMZVKThcAuOoR66Gz7xz", "5jLNwICFVqW4hqkXqPhuRN", "五點鐘去天光墟: live"),
    ("5eThGbSIALBTbAwfmPLsQz", "7Fc5cLuVp60wuBpGJeUfxn", "Que Alguien Me Diga: two live versions"),
    ("5XlFxvuFcBg4mpf4ECHap9", "3z2PwC8HC26vbOpsBS5Nrr", "Por Onde Andei: two live versions"),
    (
        "3Ea08ZAiu9QOepEYDIc4cl",
        "7e9zSBgbWdbn51SZZCwUYg",
        "A Força do Amor: live on two albums, the same title",
    ),
    ("7u6COXLLPAbO4TTlSimsNx", "4WkoLclcZI9leiUeXKbf2L", "Mal Bicho: live, and live remastered"),
    ("75SRt8Ec8Lu1cNMkLolQnP", "1gGlc95vfn6Omx8arMsefQ", "Meu Sonho: only the album says that it is live"),
    ("23EblUTQTswA21CfIzBL6z", "6h9sh3p5ZRSl2AsRpXcqNX", "If Drinkin' Don't Kill Me: live"),
    (
        "6iar9MQ4cUSV3F3coFilLe",
        "62HtXdPVSIAy4V87eEmZqi",
        "Light Switch: acoustic, near in length, tempo halved",
    ),
    ("03x2rVJRFUrvwlfxoHd9Mo", "1vkUmedJVhScV9MmRsLGSY", "Just You and I: acoustic"),
    ("5ugV3rhvi2h6l52e1cIfLw", "1SBuYdJK3a3NU55nGomgAe", "Kryptonite: acoustic, but not in the title"),
    (
        "5JDcQAztvZTIkrWoZihgvC",
        "16dkWKIlBsfYTISCVuDs0w",
        "A Drop in the Ocean: demo, but only the album says so",
    ),
    ("0ymhUnNSuTEdKCRYEVpWOS", "2aSP07jHAlACdY9tphgkA8", "Ain't No Grave: sparse version"),
    (
        "38UKRmA5IAaf1Vkx8ReHV0",
        "06C07UFuGEy7eNdOOITLhK",
        "Pisces Moon: alternate version, near in length and tempo",
    ),
    (
        "22OVtvDw4o2WdyeR6GRd5l",
        "6ij2esJs8ns252aEnF3nLN",
        "Linda Demais: versão grave, near in length and tempo",
    ),
    ("4RSxWEwSQKsO9C90LO0wsN", "3VlD9L4CDMpVILVDOuTkvw", "94: instrumental, as long"),
    ("10jQXhaM4w42AQtznpO5zB", "58wyJLv6yH1La9NIZPl3ne", "Can We Kiss Forever?: instrumental, near in all"),
    ("6VD3viS5Mcmk2P3BzEq3zK", "5XJMVJoq9otQBf2lMbxagJ", "Freguês da Meia Noite: instrumental"),
    ("06vNG6CiV4k8oNA0wUUAO7", "2oXn3MJihO2BtAIrLogXjT", "Until I Found You: piano version"),
    ("2WKVLQwtKGXsvsKZ9j4glZ", "5Zo96jw2gqhA6JpUsmPrSu", "Still Life: solo piano version"),
    ("3KGvLzxVR60a5ZvkbKTGc1", "0tBTnrMcc91qKP9dHqhsS7", "Steppin' Out: demo"),
    ("1ygKuPiMlPKKonNecBWlg0", "5HfjKD2GdTKylx57dSemch", "Merry Christmas Baby: take 1"),
    ("0MnTkIEP4zZN1IUSu8MvIz", "0dnEMfP8s7rgvVdtgbYKwe", "Tek It: sped up"),
    ("3r44Otr6SVUja3SYsCuhVY", "1S7ca5mJlpHn7GCE88jejz", "Shootout: sped up, and slowed"),
    ("2gzdwXhsOgbNx6Ckt8h16A", "5DXCSaDgeAvM0LT3WAeKnr", "Drama: slowed"),
    ("09gysnJpfQ3ublBmJDfcEC", "5lYLBAH2uSvERWy8GAcBJz", "SAD GIRLZ LUV MONEY Remix: slowed"),
    ("72zHuDxFQTjbL51qJQSA7j", "4tQeEHoii36QEGOEacAybz", "Ranjha: reprise"),
    ("5wdkKS3kWXBU9bklLVsAFs", "5cgKosPPj5Cs9a2JQufUc1", "Ilahi: reprise"),
    ("3MjhqvELJKX433TQS2zsQF", "1HKVvytTXhYXJC0gL6i2mL", "Ambush: extended mix"),
    ("6OMXSw3eSwgEOxRmvtPDGU", "1HFOEboCj1614whMFOHGGv", "J'adore Hardcore: extended mix and edit by others"),
    ("6s20VAuY4peUFYiLtpcW2r", "1J3twcdCruJqB86PgaVc8s", "Naadan Vibe: VIP mix, near in length and tempo"),
    ("7wKuYBIJUQMqcZTlxvnNbU", "043bfUkTydw0xJ5JjOT91w", "Don't You Worry Child: radio edit, half as long"),
    ("5ijrWfxhRx92kwGS85SsUD", "1AIGKn1iLOx9jLIQoaONLG", "It's Very Sunny: mixed into a set, near in length"),
    ("5nIjOnMbC0QDMrYFLGx0yV", "13MF2TYuyfITClL1R2ei6e", "BOOMBAYAH: Japanese version, as long"),
    ("2noRPwBUD3h98s09YuxHf9", "6jZp2rNTYVlKwt20aMIcot", "Save Yourself: Japanese version, as long"),
    ("0Y4Oe3WGAvpN2Pih0BLXin", "2Py3ZHBP8K8BfJQgZUypPi", "Deva Deva: Tamil and Telugu, as long"),
    ("6MLJju3EfLoFPQJ89P42oS", "3Vb4iP37PXPRoEfX1PbI3l", "The Mulberry Bush: in two languages"),
    ("0fZRNhPJ4AGmwY7rkpdbqK", "4JWbH50WabthGhmtduR8b9", "ON: with Sia, as long"),
    ("4Vzpf1TmxKmczOiTAfheBs", "3yNZ5r3LKfdmjoS3gkhUCT", "bad guy: with Justin Bieber"),
    (
        "5xhs3I7Rnbli2emfWl2O5L",
        "3aEJbbODCrHdZh2qY6dRy1",
        "Levitating: with and without DaBaby, the same title",
    ),
    (
        "77VLYTyrdlHEWcjhjQoXlz",
        "2xw9PXlt8IaCWZjfpJ2HPL",
        "Oh Child: with and without Piso 21, the same title",
    ),
    ("3flxPmOcA1rm7rKsZLfnD9", "5eqB8FjyujwxBGfdibWEuL", "Darkbloom: with and without Brand of Sacrifice"),
    ("1Y3LN4zO1Edc2EluIoSPJN", "0FnEFCpMwTzACVJ7nnDf4H", "Until I Found You: with Em Beihold"),
    ("3GG9WXxmHL5zGm7hXwCe7L", "1tu8axV7vE0nmgYuTD09ny", "Home: alone, and with Michael Bublé"),
    ("6QxjRIvCx9Xs4XwKBHKTbh", "7a4DR0TA0QsrSgEhJ4m9rv", "Rockin' Around the Christmas Tree: re-recorded"),
    ("4rfoxdyoyZc9Es4TitEpMr", "6F2vo4sxRNQ58VYe3pdiaL", "Rapture: re-recorded"),
    ("5gJKsGij5oGt5H5RSFYXPa", "020XZ8mDVjzbnmvjL6GKls", "Tequila: recorded twice, as long"),
    (
        "2HdRkgpgmkOAaTWt4SQsrd",
        "64QPwvSvfPjrfVDieDwXFs",
        "The Christmas Song: Nat King Cole recorded it twice, as long",
    ),
    (
        "7btUlXFrh6IZynFufb9PxH",
        "3mnZxecdxSU4ZXSxK522sV",
        "Angkuh: with an orchestra, near in length and tempo",
    ),
    ("4jOOKdseHz0TzcmOEU9OiQ", "2mjIkPFiW8QywqcjgjdASs", "The Race Is On: recorded twice, near in length"),
    ("3hb2ScEVkGchcAQqrPLP0R", "1HNkqx9Ahdgi1Ixy2xkKkL", "Photograph: Nickelback and Ed Sheeran, as long"),
    ("5CHlWfMNCcf5c4oPymSO28", "1Cv1YLb4q0RzL6pybtaMLo", "Sunday Best: cover for children, as long"),
    ("6oJ6le65B3SEqPwMRNXWjY", "3o0vFcZI1ejWCLOqnFWEwE", "Higher Love: cover for children, as long"),
    ("1M63dvMiyRk0T4rPLfhHa1", "4XQiVpepPeoq9KYt4Pv15B", "The Race Is On: cover, as long"),
    ("28cnXtME493VX9NOw9cIUh", "27tX58NOpv1YKQ0abW7EPy", "Hurt: Johnny Cash and Nine Inch Nails"),
    ("70LcF31zb1H0PyJoS1Sx1r", "7BRwh1bemr9rFMDeTbcy5S", "Creep: cover"),
    ("1tlizynVsur3nTjMOIwuhx", "7e1pVaWqwd2W1KEeTBodCy", "My Pony: VIP remix"),
    ("5VVaoVH3Hj0PlhzifnQuAy", "2BVCjTA33G3ILpvx0J7ODw", "Coming Up: parts 2 and 3, as long"),
    ("5KFciwNKHnDarDLuha6qea", "1rVLsWkUSV11ieqK5oriAk", "Mozart: movements of two concertos, as long"),
    ("1KHk7GFwXIMW2yUvTkjCKQ", "6XkecFU09qEjVIOnZMAXBN", "Mozart, Divertimento No. 11: 4c and 4d"),
    ("2LDAWHRNm2W3DJOKuZqa2j", "59eGOi9E4dV8OE3twHmvFb", "Bach, Prélude: opening and ending"),
    ("1bK9KQyvtZHXUPlWVN00c6", "2baiU53SqqdVf1Kdlbmc06", "Mozart, Rondeaux: two quartets of players"),
    ("6asqetBiSgmO89aqnXbuhT", "3D2mx2IEFfojOEIJ7cmVtX", "Schumann, Träumerei: two pianists"),
    ("6YY4h2BDXaNVQ5qa7rltUY", "0nRomK6bgDwuunxQV9Ares", "Mozart, Allegro: two pianists"),
    ("2ZtjuNdPKbiRlxCAm7J8Tt", "5DBYUTjoF0UUBeens734db", "Heaven: club mix and remix"),
    ("1D8BYJqdK1t0cyMMop3jxx", "2brAZY6nppy6tmB28CVBb6", "Untitled: two pieces on one album"),
    ("3MjjRw1uzjFVP2f3CnUs9c", "6BDi00N2PfxuXa4Txd4ttc", "Intro: two artists"),
    ("5AxRST0P1xkTHjxSs9YGQQ", "5UlnuulVAVmmesw4VzqHdG", "Enemy: with and without JID, as long"),
];

/// Of the pairs that are the same, so many percent must be found.
const RECALL: usize = 85;

#[test]
fn releases_of_one_song_are_found_and_no_others_taken_for_them() {
    let Some(path) = crate::support::shared("data/spotify.csv") else { return };
    let (catalogue, _) = Ingest::new().read([Input::path(path)]).unwrap();
    let index = Index::builder().profile(Profile::classic()).build(catalogue).unwrap();
    let row = |id: &str| index.row(id).unwrap().unwrap_or_else(|| panic!("{id} is not in the data"));
    let are_one =
        |(a, b, _): &Pair| index.songs().unwrap().song_of(row(a)) == index.songs().unwrap().song_of(row(b));
    let list =
        |pairs: &[&Pair]| pairs.iter().map(|(a, b, what)| format!("\n  {a} {b} {what}")).collect::<String>();

    let joined: Vec<&Pair> = DIFFERENT.iter().filter(|pair| are_one(pair)).collect();
    assert!(joined.is_empty(), "taken for one song:{}", list(&joined));
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
