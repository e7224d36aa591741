"""Names that are ordinary words when written small: for them a capital is a must."""

# ruff: noqa: RUF001 - Russian letters, meant
from __future__ import annotations

from functools import cache
from typing import Literal


def is_ordinary(word: str, language: str) -> bool:
    """Say whether a name, in normal form, is also a common word of its language."""
    return word in _words(language)


def is_seldom(word: str) -> bool:
    """Say whether a name is hardly ever the common word: Van, Batman, Turkey."""
    return word in _SELDOM.split() or word in _SELDOM_ENGLISH.split()


def is_town(word: str) -> bool:
    """Say whether a word that also stands before nouns is a town: Dikili, Bayraklı."""
    return word in _TOWNS.split()


def is_everyday(word: str) -> bool:
    """Say whether an English name is more often the common word: House, Reading."""
    return word in _EVERYDAY_ENGLISH.split()


Kind = Literal["noun", "attribute", "form", "verb", "time", "person", "nature"]


@cache
def kind_of(word: str) -> Kind:
    """Say as what a Turkish common word stands that is also a name.

    attribute: before a noun (mali tablo); form: inflected (sudan, of su); verb: of a
    verb (ödemiş); nature: a noun beside which an office or a shore is no place's.
    """
    for kind, words in _KINDS.items():
        if word in words.split():
            return kind
    return "noun"


@cache
def _words(language: str) -> frozenset[str]:
    return frozenset(_LISTS.get(language, "").split())


_TURKISH = """
adalet adil ağa akar akasya akın aksoy aksu alaca alan alev ali alkan alkış alp
altan altay altın amaç anıt ar ardıç arı arıkan armağan arslan aslan asker asya ateş
atlas atılgan avcı ay aydın aydınlık ayaz aygün aylin ayla ayva aziz baba babacan
badem bağ bahar bahçe bakır baki bakı bal balcı balık balkan bank bar baran barış
barut baş basın başak başar başarı batı batman bayır bayrak bayraktar bayram bebek
beden bel bereket berk beste bey beyaz biçer bilge bilgi bilgin bilim bilir biber
birlik boğa boncuk bora boyacı boynuz bozkır bozkurt bucak budak bulut burç burak
buz büyük can canan canik canlı cennet cesur cevher ceylan cihan coşkun cömert cuma
cumhur cumhuriyet çağ çağlar çağlayan çağrı çakır çal çalı çalışkan çam çan çay
çayır çelebi çelik çeşme çetin çevik çiçek çift çınar çil çimen çivi çoban çöl dadaş
dağ dağlı dal damla davut defne değer değirmen değirmenci demir demirci denge deniz
denizci derbent dere derin derya destan devran devrim dikili dikmen dilek dinç
dinçer direk divan doğa doğan doğru doğu doğuş dolunay dost duman duru durak durgun
durmuş dursun duygu dünya düzce ebru ece edip efe efendi ege ekin ekinci ekmekçi
elçi elif elma elmas emek emel emin emir emre ender engin er erdem eren ergin erim
erk ermiş esen eser eski esin etik eylem eylül ezgi fatih fener ferah fidan fikir
fırat fırtına fuat garip gazi gece geçit gediz gemi gemlik genç gence gençler gerçek
geyik giray girgin göl gök gökçe göksel gönen gönül görgün gül güler gülnar gülüm
gümüş gün günay gündoğdu gündüz güner güneş güneşli güney gür gürbüz güven güvenç
güzel hakan hakim halk halil harman hasret hatip havan havana havza hayal hayat
hazar helin hisar hoca huzur hür hürriyet ihsan ihtiyar ilgi ilham ilk ilgin ilhan
imam ince inan inanç incir ipek irem irfan ırmak ışık ışıl işçi istiklal izci kadı
kahraman kale kalkan kalem kalender kamu kan kanat kandil kanlıca kaplan kapı kar
kara karaca karaman karanfil karar kargı karlı kars kartal kasap kasım kavak kavaklı
kaya kayı kaynak kaynarca kaymak kaz kemal kemer kent kervan keskin kestane kestel
kılıç kılınç kına kınık kınalı kır kıraç kiraz kırat kış kız kızıl kızılcık kilit
koca kocaman koç koçak koçyiğit konak konuk kor koray korkmaz koru körfez köprü
köroğlu kösem köse köy kula kulu kurnaz kurt kurtuluş kuru kurul kuş kutlu kutlay
kutup kuyu kuyumcu kuzey kuzu küçük kül lale laleli limon lider liman maden mahir
marmara martı mavi mavili mazı mecit melek meltem menderes menemen menekşe meral
mercan mert merkez mersin meriç meydan meşe meyve mısır mimar mine mor muhtar
muhtarlık murat muş mut mutlu mühür müjde mümtaz nar narin nazar nazlı nazım nehir
nergis nevruz nilüfer nimet nisan nişan nur oba ocak oda odabaşı oğuz ok oklu okumuş
oktay okul olcay olgun onur oran ordu orhun orman ortaca oruç otlu oya oymak ova
ozan öğretmen ömer ömür önder önal öncü ören örnek övünç öz özal özcan özdemir özel
özen özer özge özgür özgün özlem özlü öztürk pala palmiye pamuk papatya park parlak
paşa pazar pazarcık pehlivan pelin perşembe pınar pir pirinç polat polatlı poyraz
rahmi rehber reis renk reyhan rıza rüya rüzgar sabah sabır sabri sadık safa saf
sağlam sakin salı sancak sanat sarı sarıca sarp saray sarıyer savaş saygı saygılı
seçil seçkin sefa sefer seher sel selam selçuk selim selin sema semih sena senem ser
serhat serin sert servet ses seven sevgi sevgili sevim sevinç sevda sezer sezgi
sezgin sığınak silahlı silah silifke simge sinan siper siyah sof solmaz somay son
sonay sonbahar songül soylu soysal söke sözer sözlü su sude suna sunay sungur
sürmeli süsler süslü şafak şahin şan şanlı şehit şeker şen şenol şener şengül şenlik
şeref şerif şimşek şirin şölen tan tanır tarım taş taşçı taşkın taşova tatlı
tatlıses tay tek tekin temel temiz temmuz tepe terzi tez tezcan tire tokat toklu top
toprak torun torunlar tosun toy töre tuğba tuğla tugay tuna tunç tunca tur turan
turna tutku tuz tuzla tuzluca tülin türkü uçar uçak uçan ufuk ulaş ulu ulubey ulus
ulusoy umut uncu ural usta uyar uygun uygur uysal uz uzun uğur ülkü ümit ümran ünal
ünlü üstün varlı varol van vadi vakıf vatan veli verim vezir vural yağmur yalçın
yalı yalın yaman yaprak yaren yarar yaş yaşar yavuz yay yaylak yayla yaz yazar yazgı
yazıcı yel yeldeğirmeni yelken yener yeni yer yerli yeşil yeşilyurt yetiş yetim
yetkin yıldırım yıldız yıldızlı yılmaz yiğit yol yolcu yonca yoldaş yorulmaz yosun
yörük yurt yurdakul yüce yücel yüksel yüzer zafer zaman zara zarif zeki zengin
zeytin zirve zorlu zümrüt kahve tanrı anayasa ana hakkı meclis milliyet başbakanlık
hanım alevi rahmet cami ağrı bodrum kordon katar uşak bolu söke zile of
urla ödemiş torbalı bayraklı kırım ren kura bari hatay mali sudan
taksim adalar denizli tim kaz kaş elmalı kazan evren bala ula şişli hani eğil kulp sur
bağlar tut çat olur kumru çarşamba araç küre selçuklu hadim erdemli dörtyol kumlu
yumurtalık susuz hamur bulanık ağın kangal bor çiftlik dinar bayat çardak söğüt han
armutlu termal hendek taraklı kapaklı vize nice susa bayındır split
"""
_ATTRIBUTES = """
mali bari dikili bayraklı torbalı denizli selçuklu elmalı şişli erdemli kumlu armutlu
taraklı kapaklı bayındır susuz bayat bulanık termal hadim alaca aydınlık beyaz büyük
cesur cömert çalışkan çevik çil dağlı derin dinç doğru durgun eski esen genç güneşli
güzel hür ince kanlı kara karlı kısa kızıl kınalı koca küçük kuru kutlu mavi mavili mor
mutlu nazlı okumuş oklu otlu özel özgür özgün özlü parlak pembe sağlam sakin sarı serin
sert siyah silahlı soylu sözlü süslü sürmeli şanlı tatlı tek temiz ulu uygun uygar uzun
ünlü üstün varlı yaman yeni yerli yeşil yıldızlı yüce zarif zengin zeki zorlu ilk
"""
# Towns among them: of these a line that opens with one speaks.
_TOWNS = "dikili bayraklı torbalı bayındır denizli şişli elmalı erdemli kumlu taraklı"
_FORMS = "gence havana zile sudan tuzla ula bala eğil ağın"
_VERBS = "ödemiş söke susa olur"
_TIMES = """
ocak mart nisan temmuz eylül ekim kasım cuma bayram ramazan sonbahar
"""
_PERSONS = """
adil akın aksoy alev ali alkan alp altan altay arslan aslan aygün aylin ayla aziz baki
barış başak başar berk beste bilge bora burak burç can canan cemal cihan coşkun davut
defne devrim doğan duru duygu ebru ece edip efe efendi bey hanım elif emel emin emir
emre ender engin erdem eren ergin esen eser esin ezgi fatih fidan fuat garip gazi
giray göksel gönül gül güler gülüm günay güner gür güven hakan hakim hakkı halil hasret
helin ihsan ilham ilhan inan ipek irem irfan kaplan kemal koç koray köroğlu lale mahir
mecit melek meltem meral meriç mert mine murat müjde mümtaz nazlı nazım nergis nimet
nur oğuz oktay olcay olgun onur orhun ozan ömer ömür önder öz özal özcan özdemir özen
özer özge özlem öztürk paşa pelin polat rahmi reyhan rıza sabri sadık safa saygı seçkin
selim selin sema semih sena senem serhat servet sevgi sevda sevim sevinç sezer sezgin
sinan songül suna sunay süha şafak şahin şen şener şengül şenol şeref şerif şimşek
şirin tekin temel tezcan tosun tuğba tuna tunç turan tülin türkü ufuk umut uğur ülkü
ümit ümran ünal vural veli volkan yalçın yaman yaşar yavuz yener yetkin yıldırım yıldız
yılmaz yiğit yücel yüksel zafer zeki zümrüt kurt çelik demir kaya
"""
_NATURE = """
deniz dağ göl güneş dünya ay yıldız kara orman köy kent merkez meclis ana cumhuriyet
"""
_SELDOM = """
bank van muş batman kars bolu urla tire söke ege ren kura foça hatay bodrum tim katar
menderes selçuk kınık gediz uşak kırım taksim silifke zara sarıyer polatlı split havana
"""
_SELDOM_ENGLISH = """
boston china france jersey paris prague sousse sydney tampa tokyo turkey warsaw
washington bush york april august us who
"""
_KINDS: dict[Kind, str] = {
    "attribute": _ATTRIBUTES,
    "form": _FORMS,
    "verb": _VERBS,
    "time": _TIMES,
    "person": _PERSONS,
    "nature": _NATURE,
}
_AZERBAIJANI = """
ağ ağa alim alma araz arzu aslan aydın ay azad bahar bakı balakən bayram bəy bəxtiyar
bulud can cavan ceyran çiçək çinar dağ dəniz dilək dünya elçin elm əli əziz fidan gecə
gəncə gənc gözəl göy göl gül gülüş gün günəş güllə gümüş hacı həyat hörmət igid ilham
ilkin inci işıq kamal kənd kərim kür lalə lerik lətif mais mərd mir mehriban murad nar
nərgiz novruz nur oğuz orxan ordu polad qala qalib qara qartal qax qəhrəman qəşəng qız
qızıl quba qurban qusar rəhim sabah sabir sahil salyan samur savalan sevda sevinc səbail
səda səfa şah şahin şirin tahir tərtər turan tovuz ucar ulduz umud ümid vətən vüqar xalq
xan xəzər xızı laçın qazax yalçın yardım yasəmən yevlax zəfər zərdab zaur zaqatala zirə
ziya
"""
_ENGLISH = """
angel april art august autumn baker banks bath battle bell berry best bill bishop black
bliss blue bond book boot boston bow brand brook brown buck buffalo bull burns bush
butcher butler cape carpenter carter chance chase china christian church clay cliff cook
cooper cork crane cross crystal daisy dawn day dean diamond dick dollar dove drake duke
eagle earl ease east edge faith fish fisher flint flora ford forest fort fox france
frank freeman gene german glass god gold grace grant gray green grove guy hall hand
harbor hart heather hill holly honor hope house hull hunt hunter iris ivy jack jade jay
jersey jet job joy june justice keen king knight lake lamb lance lane law lent lily
limerick lima little long lord love lucky luke mark market marsh mason may mercy miles
mill miller mobile moon moore nelson nice noble north oak olive page palm paris park
parker pat patience peace pearl penny pierce pitt polish pool poole pope porter power
prague price prince prudence queen rain ray reading reed reserve rice rich rifle ring
river rob robin rock rose ruby rugby ruth sage sale salt sand scarlet scott sharp shore
short singer skip small smart smith snow sole sophia split spring star stark steel
sterling stone storm street strong summer sun swan swift sydney tailor taylor temple
terry tokyo tower troy turkey turner violet virtue wade walker wall ward warsaw
washington waters watt way wells west white will wing winter wise wolf wood woods worth
wright york young tampa sousse bury deal lens tours ganja us who
"""
_EVERYDAY_ENGLISH = """
art bath best black blue book boot bow brand brown buck bull bury chance cook cork cross
day deal diamond dove eagle east edge faith fish forest fort fox gene german glass god
gold grace green guy hand harbor heart hill honor hope house hull hunt job joy justice
keen lake lamb lane law lens light lily little long lord love lucky market marsh may
mercy miles mill mobile moon nice noble oak olive page palm park patience peace pearl
penny polish pool power price prince queen rain ray reading reed reserve rice rich rifle
ring rock rose ruby rugby sage sale salt sand sharp shore short singer skip small smart
snow sole split spring star steel stone storm strong summer sun swift temple tours tower
virtue ward waters watt way wells white will wing winter wise wolf wood woods worth
young ganja
"""
_RUSSIAN = """
вера надежда любовь лев роман мир орел слава победа заря звезда береза роза лилия марс
петух волк медведь заяц соловей воробей голубь сокол коваль кузнец мельник гончар
бондарь ткач январь мороз весна лето зима дуб сосна калина малина рябина верба майя
куба луна земля солнце воля правда труд восход запад восток север юг брат дар дон град
хан шах бар чад мали перу тула кострома сочи каша белка сахар сокол камень сплит
"""
_LISTS = {"tr": _TURKISH, "az": _AZERBAIJANI, "en": _ENGLISH, "ru": _RUSSIAN}
