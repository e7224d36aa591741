"""Words that stand beside places, and words that stand beside common nouns.

All are folded to ASCII, as the texts are that they are looked for in, and are patterns
of whole words. They hold for any name, but for the tables by word, which list the
compounds that a dictionary gives of the common word.
"""

# ruff: noqa: RUF001 - Russian letters, meant
from __future__ import annotations

# What a place name in Turkish stands before: its offices, its parts, its people.
PLACE_HEADS = r"""
belediye\w* buyuksehir\w* vali\w* kaymakam\w* ilce\w* il ili\w* mahallesi\w* koyu\w*
muhtar\w+ muftu\w+ emniyet\w* polisi\w* jandarma\w* itfaiye\w* zabita\w* savci\w+
bassavci\w+ adliye\w+ cezaev\w+ barosu\w* milletvekil\w+ osb\w* organize rafineri\w*
(?:cumhuriyet|bas)\ (?:bas)?savci\w+ (?:devlet|sehir|egitim)\ has\w+ hastane\w+
(?:hava|deniz)\ (?:alani|limani|ussu)\w* (?:ticaret|sanayi|esnaf|ziraat)\ oda\w+
(?:cevre|sahil)\ yolu\w* (?:milli|kent)\ (?:park|konsey)\w+
(?:devlet|belediye)\ baskan\w+ (?:spor|genclik)\ (?:kulub|merkez)\w+
(?:milli|futbol)\ takim\w+ ic\ savas\w+ para\ birim\w+ serbest\ bolge\w+
ticaret\ bors\w+ termik\ santral\w+ meydan\w+ sahil\w+ plaj\w+ liman\w+ iskele\w+
korfezi\w* acik\w+ kiyi\w+ koylar\w+ ovas\w+ golu\w* nehri\w* cayi\w* dagi\w* baraj\w+
yaylas\w+ deresi\w* vadisi\w* yarimada\w+ adasi\w* kaplica\w+ marina\w+ otelleri\w*
tersane\w+ santral\w+ havaliman\w+ havaalan\w+ otogar\w+ terminal\w+ gari\w* istasyon\w*
tramvay\w+ metros\w+ vapur\w* feribot\w* otoban\w* otoyol\w* yolu\w* tunel\w+ gise\w+
kavsag\w+ seferi\w* seferleri\w* ucus\w+ universite\w+ rektor\w+ fakulte\w+ yerleske\w+
stad\w+ kalesi\w* merkezl\w+ merkezi\w* semti\w* sokak\w+ caddesi\w* carsi\w* esnaf\w*
halki\w* sakin\w+ ciftci\w+ turizm\w+ miting\w+ horozu\w* depremi\w* kenti\w* sehri\w*
baskenti\w* cumhurbaskan\w+ hukumet\w+ rejimi\w* cunta\w+ muhalefet\w+ buyukelci\w+
konsolos\w+ disisleri\w* basbakan\w+ parlamento\w+ meclisi\w* emiri\w* krali\w*
ordusu\w* lider\w+ misyon\w+ heyeti\w* temsilci\w+ vatandas\w+ uyruklu ekonomisi\w*
gumruk\w+
"""
# What lies in a place and has a name of its own: Konak Kemeraltı Çarşısı.
PARTS = r"""
mahallesi\w* koyu\w* universite\w+ carsisi\w* yaylasi\w* baraji\w* hastanesi\w* adasi\w*
mevki\w* caddesi\w* sokagi\w* kavsag\w+ osb\w* lisesi\w* plaji\w* koyunda\w* limani\w*
yolu\w* festivali\w* kaplica\w+ magarasi\w* kanyon\w+ selalesi\w*
"""
# In front of a place: kardeş kent Split.
PLACE_TITLES = r"""
kent kenti sehir sehri baskenti baskent ilce ilcesi ili ulkesi ulke
"""
# In front of a common noun: how many, which, what kind.
DETERMINERS = r"""
o bu su her bir bircok hicbir bazi kimi cogu tum butun en daha ne nasil kac birkac
oldukca pek az boyle oyle soyle hangi baska diger oteki ayni tek ilk son iki uc dort bes
alti yedi sekiz dokuz on yirmi otuz kirk elli altmis yetmis seksen doksan yuz bin milyon
milyar yarim ikinci ucuncu dorduncu besinci bininci onun benim senin bizim sizin onlarin
kendi yeni eski tarihi asirlik antik buyuk kucuk uzun kisa guzel kotu iyi genc yasli olu
kuru taze kirik sicak soguk beyaz siyah kizil yesil mavi sari acik kapali bos dolu agir
hafif derin genis dar yuksek alcak ulusal resmi ozel kamu duzenli profesyonel modern
gizli sahte kayip dev mini ahsap tas beton mermer celik cam altin gumus organik yerli
ithal kuresel bilimsel siyasi ekonomik sosyal ortak acil temiz kirli yabani evcil vahsi
nadir ender siradan meshur kirmizi pembe mor turuncu gri donuk parlak sert yumusak tatli
aci eksi tuzlu ham olgun cig pismis patlamis haslanmis [0-9]+
"""
# Endings that make an attribute of a verb or a noun: yıkılan, yaptırdığı, köydeki.
ATTRIBUTES = r"""
\w{2,}[dt][ae]ki \w{2,}[dt][iu]g[iu] \w{2,}[dt][iu]kl[ae]r[iu] \w{2,}s[iu]z
(?!\w*(?:bakan|vali|kaymakam|savci|mudur|rektor)l)\w{3,}l[iu]k
\w{2,}(?<!va)(?<!veki)l[iu] \w{3,}s[ae]l
"""
# People have these too: açıklama yapan Şahin.
PARTICIPLES = r"""
\w{3,}[iu][ln][ae]n \w{2,}y[ae]n \w{3,}[dt][iu]r[ae]n \w{3,}m[iu]s olan kalan gelen
giden dusen kacan yanan cikan artan olen coken kayan kesen inen binen atan tutan biten
duran giren gecen donen
"""
# Verbs that make one of a common noun: taksim edildi, kırım yaşandı.
LIGHT_VERBS = r"edil\w+ ediyor\w* edec\w+ etti\w* etme\w* ederek yasan\w+"
# Behind a finite or reported verb.
BEHIND_VERBS = r"""
olan olanlar olmus olacak olsa olsun gorun\w+ sayil\w+ ama ki bile degil mi mu
"""

# Compounds of common words, by word or by kind: what follows.
COMPOUNDS = {
    "agri": r"kesici\w* giderici\w* esig\w+ his\w+ sikayet\w+ tedavi\w+ yap\w+ cek\w+",
    "ordu": r"""
        komut\w+ mensub\w+ evi\w* lider\w* temsilci\w* ihrac\w* harekat\w* birli\w+
        yonetim\w* goreve karargah\w+ terfi\w* operasyon\w* kuruluyor teyakkuz\w*
        seferber\w+ darbe\w* mevzi\w* asker\w* personel\w+ malzeme\w*
    """,
    "tokat": r"at\w+ ye\w+ patlat\w+ gibi carp\w+ yagmur\w+",
    "kura": r"cek\w+ at\w+ sonuc\w+ heyecan\w+ tore\w+ ile noter\w* usul\w+ gun\w+",
    "ren": r"geyi\w+",
    "split": r"klima\w* unite\w* tip\w* cihaz\w* havalandirma\w*",
    "havana": r"gore su ve\ suyuna",
    "van": r"minut\w*",
    "tire": r"isaret\w* kullan\w+ koy\w+ kon\w+ ile arasi\w*",
    "bodrum": r"kat\w* daire\w*",
    "kemer": r"sik\w+ tak\w+ kopru\w* bulun\w+",
    "cesme": r"basi\w* suy\w+ su kuru\w+ musluk\w* akma\w+ yaptir\w+ mimari\w+",
    "konak": r"restor\w+ muze\w* otel oteli\w* yikil\w+ mimari\w+ sahib\w+",
    "baris": r"icin surec\w+ gor\w+ masa\w+ anlas\w+ guc\w+ cagri\w+ umud\w+ umut\w*",
    "yildiz": r"yagmur\w+ futbol\w* oyuncu\w* gor\w+ kay\w+ isim\w* savas\w+",
    "dikili": r"agac\w* alan\w* tas\w* fidan\w* anit\w* heykel\w*",
    "bayrakli": r"gemi\w* tekne\w* yat\w* tanker\w* kuru balkon\w* konvoy\w*",
    "torbali": r"komur\w* cimento\w* atik\w* cop\w* gubre\w* seker\w*",
    "denizli": r"tesis\w* tatil\w* otel villa\w* manzara\w*",
    "kinik": r"boy\w+ boyu\w*",
    "misir": r"carsi\w*",
    "of": r"cek\w+",
    "pazar": r"""
        gun\w+ yer\w+ esnaf\w* tezga\w+ fiyat\w+ aksam\w* sabah\w* sohbet\w+ pay\w+
    """,
    "carsamba": r"gun\w+ aksam\w* sabah\w* gece\w* pazar\w+",
    "persembe": r"gun\w+ aksam\w* sabah\w* gece\w* pazar\w+",
    "arac": r"""
        muayen\w+ sahip\w+ sayi\w+ satis\w+ sur\w+ kirala\w+ alim\w+ trafi\w+ plak\w+
    """,
    "kavak": r"agac\w* polen\w*",
    "katar": r"katar",
    "kartal": r"yuva\w+ gorun\w+ gibi",
}
# Names of several words, by one of them: what stands before and after it.
NAMES = {
    "bati": r" (?:almanya|avrupa|afrika|trakya|seria|sahra|karadeniz|anadolu)",
    "dogu": r" (?:almanya|avrupa|afrika|anadolu|karadeniz|akdeniz|timor|kudus)",
    "guney": r" (?:kore|afrika|amerika|asya|sudan|osetya|kibris|dakota|ege)",
    "kuzey": r" (?:kore|afrika|amerika|irlanda|kibris|makedonya|irak|denizi|ege)",
    "kara": r"pazartesi",
    "beyaz": r" (?:saray|rusya)",
    "saray": r"beyaz",
    "yeni": r" (?:zelanda|delhi|sakran|foca|safak)",
}
# What grows or is eaten, and what follows it.
PRODUCTS = r"""
kiraz misir menemen incir elma zeytin limon pamuk biber cay kahve armut findik
ceviz kestane balik seker nar ayva bal marul portakal
"""
PRODUCT_HEADS = r"""
fiyat\w* uretici\w* uretim\w+ ihrac\w* ithal\w* rekolte\w* hasa[dt]\w* tarla\w* ekim\w*
eken ekil\w+ ekmeg\w+ kilo kilosu\w* ton agac\w* bahce\w* dali\w* dallar\w+ cice\w+
sap\w* recel\w+ suyu\w* yagi\w* unu\w* kocan\w+ cekirdeg\w+ silaj\w* nisasta\w* surub\w+
tarif\w+ siparis\w* mevsim\w* festival\w* senlig\w+ sezon\w+ bayram\w* tezga\w+ boll\w+
don satis\w* tuket\w+ yiy\w+ yed\w+ patla\w+
"""

PLACES_AT_HOME = r"""
adana adiyaman afyon afyonkarahisar agri aksaray amasya ankara antalya ardahan artvin
aydin balikesir bartin batman bayburt bilecik bingol bitlis bolu burdur bursa canakkale
cankiri corum denizli diyarbakir duzce edirne elazig erzincan erzurum eskisehir
gaziantep giresun gumushane hakkari hatay igdir isparta istanbul izmir kahramanmaras
karabuk karaman kars kastamonu kayseri kirikkale kirklareli kirsehir kilis kocaeli konya
kutahya malatya manisa mardin mersin mugla mus nevsehir nigde ordu osmaniye rize sakarya
samsun siirt sinop sivas sanliurfa sirnak tekirdag tokat trabzon tunceli usak van yalova
yozgat zonguldak aliaga balcova bayindir bayrakli bergama beydag bornova buca cesme
cigli dikili foca gaziemir guzelbahce karabaglar karaburun karsiyaka kemalpasa kinik
kiraz konak menderes menemen narlidere odemis seferihisar selcuk tire torbali urla soma
akhisar salihli turgutlu kusadasi soke didim nazilli ayvalik edremit bandirma alanya
fethiye bodrum marmaris datca milas gebze corlu alsancak kadikoy besiktas uskudar
beyoglu cankaya
"""
PLACES_ABROAD = r"""
turkiye kktc almanya fransa ingiltere rusya amerika abd italya ispanya yunanistan irak
suriye iran israil lubnan urdun libya misir sudan hindistan japonya kibris bulgaristan
romanya azerbaycan ermenistan gurcistan hollanda belcika avusturya isvicre isvec norvec
danimarka polonya macaristan ukrayna pakistan afganistan kanada brezilya arjantin
avustralya katar kuveyt umman yemen suudi tunus cezayir fas cin mali nijer cad senegal
nijerya gana kenya somali etiyopya kuba meksika sirbistan hirvatistan bosna karadag
kosova arnavutluk makedonya slovenya kazakistan ozbekistan kirgizistan burkina
turkmenistan tacikistan londra paris berlin moskova washington roma atina bruksel bagdat
sam tahran kahire viyana selanik baku tiflis lefkosa girne gazze kudus beyrut bremen
odense tampa havana split plzen biskek ancona mumbai wuhan pekin tokyo midilli sakiz
gence naxcivan sumqayit seki quba lenkeran baki
"""

AZERI_HEADS = r"""
rayon\w* seher\w* icra sakin\w* metro\w* polis\w* bolge\w* universitet\w* hava\ \w+
liman\w* yolu\w* kuc\w+ mehkeme\w* dairesi\w* kend\w* prokuror\w* korpu\w* xestexana\w*
teatr\w* belediyye\w* dag\w+ respublika\w* istiqamet\w+
"""
AZERI_DETERMINERS = r"""
o bu her hec bir onlarla yuzlerle minlerle iki uc dord bes alti yeddi sekkiz doqquz on
iyirmi yuz min bezi butun cox en yeni kohne qedim boyuk kicik gozel ilk son tek yarali
olu qoca genc [0-9]+ \w{3,}l[iu] \w{3,}[iu][ln][ae]n \w{2,}y[ae]n \w{2,}[dt][ae]ki
"""
AZERI_COMPOUNDS = {
    "tovuz": r"qus\w+",
    "qazax": r"yazici\w* dili\w* xalq\w+ el",
    "oguz": r"dastan\w* boy\w* turk\w* dili\w* tayfa\w*",
}

ENGLISH_BEFORE_PLACES = r"""
in at from near\w* around across outside inside visit\w* leav\w+ reach\w* towards?
"""
# "of" is of a place behind these: the centre of Cork.
ENGLISH_OF = (
    r"cent\w+ city town port mayor people university north south east west part"
)
ENGLISH_PLACE_HEADS = r"""
city town council airport port university residents mayor harbou?r county fc coast
government officials? minister president embassy central raises says bans votes beats
borders? talks station festival
"""
ENGLISH_DETERMINERS = r"""
a an the his her its our their my your this these those no any some every each one two
three four five six seven eight nine ten many few old own only most more very good bad
big small young long short first last next whole same other another hot cold warm fresh
\w+'s \w+s'
"""
# "to" goes to a place behind these: flights to Nice.
ENGLISH_WAYS = r"""
flights? ferr\w+ trips? roads? routes? trains? bus\w* visits? travel\w* mov\w+ went back
return\w* sail\w* fl\w+ tours? journeys? trams? links? close next moves?
"""
# Compounds of the common word, and what stands behind a plural.
ENGLISH_COMPOUNDS = {
    "bath": r"room\w* time\w* water\w* tub\w* towel\w* mat\w*",
    "china": r"plate\w* cup\w* shop\w* cabinet\w* doll\w*",
    "cork": r"board\w* screw\w* floor\w* oak\w* tree\w*",
    "mobile": r"phone\w* app\w* network\w* operator\w* device\w* home\w* data",
    "nice": r"to day guy\w* way try weather surprise",
    "reading": r"""
        skill\w* list\w* glass\w* comprehension room\w* group\w* club\w* age level\w*
        habit\w* test\w*
    """,
    "split": r"over into in up second decision between from on off ends? screen",
    "turkey": r"dinner\w* farm\w* meat sandwich\w* trot\w* breast\w* shortage\w*",
}
ENGLISH_BEHIND_PLURALS = r"are were have do will can may might should and or for on in"
ENGLISH_AUXILIARY = r"is are was were be been being am not never will can to came"
ENGLISH_VERBS = r"reading split bury deal mark house hunt cork march"

RUSSIAN_BEFORE_PLACES = r"в во из под из-за около через близ возле"
# Not of a region: Дальнего Востока.
RUSSIAN_ADJECTIVES = r"""
(?!дальн|ближн|средн|северн|южн)\w{3,}(?:ый|ий|ой|ая|яя|ое|ее|ые|ие|ого|его|ую|юю|ым|ых)
треть \d+
"""
