/**
 * The most common passwords of eight or more characters in published breaches. Only the head of that distribution, committed
 * here: the list is short and needs no dependency, and the attempt limits make rarer passwords too slow to guess (NIST SP
 * 800-63B §5.1.1.2 asks to refuse "commonly-used, expected, or compromised" values).
 */
const COMMON = new Set(
  `
  password password1 password2 password3 password12 password123 password1234 password12345 password! password@ passw0rd
  p@ssword p@ssw0rd pa55word pa$$word passw0rd1 password01 password11 password99 mypassword thepassword passwords
  passwort passwort1 motdepasse motdepasse1 contrasena contraseña senha123 senha1234 wachtwoord lozinka parola12 haslo123
  12345678 123456789 1234567890 12345678910 123456780 0123456789 87654321 987654321 9876543210 0987654321 12341234
  123123123 123321123 1234512345 12344321 11223344 1122334455 112233445566 10203040 102030405060 13131313 12121212
  123456aa 123456ab 123456abc 123456qwe 12345qwert 1234qwer 123qweasd 123qweasdzxc 123abc123 123654789 147258369
  159357456 159753456 789456123 741852963 963852741 147852369 369258147 31415926 11112222 19841984 19851985 19861986
  19871987 19881988 19891989 19901990 19911991 20002000 20102010 20202020 20242024 20252025 20262026
  qwertyui qwertyuiop qwertyuiop123 qwerty12 qwerty123 qwerty1234 qwerty12345 qwerty123456 qwertyqwerty qwerty321 qwerty!@#
  1qaz2wsx 1qaz2wsx3edc 1qazxsw2 1qaz@wsx qazwsxedc qazwsxedcrfv qazwsx123 zaq12wsx zaq1zaq1 zaqxsw123 1q2w3e4r
  1q2w3e4r5t 1q2w3e4r5t6y 1q2w3e4r5t6y7u q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 qweasdzxc qweqweqwe qwe123456 qweasd123
  asdfghjkl asdfghjk asdfasdf asdf1234 asdfqwer asdasdasd asd123456 zxcvbnm1 zxcvbnm123 zxcvbnmzx azertyui azertyuiop
  azerty123 poiuytrewq lkjhgfdsa mnbvcxz1
  abcdefgh abcdefghi abcdefghij abcd1234 abc12345 abc123456 abcd12345 abc123abc a1b2c3d4 a1b2c3d4e5 a1234567 a12345678
  a123456789 aa123456 aa12345678 aaa11111 q12345678 q123456789 z1234567 z12345678 x1234567 abcabcabc
  iloveyou iloveyou1 iloveyou2 iloveyou3 iloveyou12 iloveyou123 iloveu123 iloveme1 loveyou1 lovelove loveme123 ilovegod
  ilovehim iloveher tequiero teamomucho jetaime1 ichliebedich
  princess princess1 princess12 princess123 sunshine sunshine1 sunshine123 football football1 football12 football123
  baseball baseball1 baseball123 basketball basketball1 softball softball1 superman superman1 superman123 batman123
  spiderman spiderman1 starwars starwars1 pokemon1 pokemon123 liverpool liverpool1 liverpool123 manchester arsenal1
  chelsea1 chelsea123 barcelona barcelona1 realmadrid juventus galatasaray fenerbahce
  trustno1 whatever whatever1 letmein1 letmein123 letmeinnow welcome1 welcome12 welcome123 welcome1234 welcome@123
  changeme changeme1 changeme123 changeit default1 default123 secret123 secret12 topsecret access14 access123
  admin123 admin1234 admin12345 admin123456 admin@123 admin888 administrator administrator1 root1234 rootroot
  superuser guest123 guest1234 login123 login1234 user1234 username username1 test1234 test12345 testtest testing1
  testing123 test123456 temp1234 temporary demo1234 example1 sample123 hello123 hello1234 hellohello helloworld
  monkey123 monkey12 dragon123 dragon12 master123 master12 shadow123 shadow12 hunter12 killer123 ninja123 mustang1
  computer computer1 internet internet1 samsung1 samsung123 google123 facebook facebook1 facebook123 youtube1 whatsapp
  instagram microsoft windows1 iphone123 android1 nintendo playstation minecraft minecraft1 fortnite fortnite1
  michelle michelle1 jennifer jennifer1 samantha samantha1 elizabeth elizabeth1 veronica victoria victoria1 alexander
  alexander1 alexandra alexandra1 christian christian1 christina christine christopher nicholas nicholas1 jonathan
  benjamin patricia stephanie stephanie1 danielle danielle1 isabella isabelle gabriela gabriel1 michael1 michael123
  anthony1 jessica1 jordan23 jordan123 charlie1 charlie123 ashley123 andrew123 daniel123 thomas123 matthew1 joshua123
  robert123 george123 william1 brandon1 natasha1 vanessa1 rebecca1 caroline katherine charlotte valentina francesco
  alejandro alejandra fernando fernanda rodriguez gonzalez
  butterfly butterfly1 chocolate chocolate1 cocacola cocacola1 strawberry blueberry pineapple mercedes mercedes1 corvette
  porsche1 ferrari1 lamborghini maverick maverick1 midnight midnight1 september november december1 february
  summer2023 summer2024 summer2025 summer2026 winter2023 winter2024 winter2025 winter2026 spring2024 spring2025
  autumn2024 autumn2025 summer123 winter123 blessed1 blessing jesus123 jesuschrist jesus777 godisgood godisgreat
  mohammed muhammad bismillah allahuakbar krishna1 krishna123 ganesha1 jaishreeram jaimatadi india123 india1234 bharat123
  pakistan pakistan1 pakistan123 indonesia bangladesh philippines australia australia1 america1 canada123 london123
  newyork1 california brooklyn1 chicago1 steelers steelers1 cowboys1 yankees1 lakers24 redskins1 packers1
  marlboro slipknot slipknot1 metallica metallica1 nirvana1 greenday1 linkinpark eminem123 rockstar rockstar1 skateboard
  snowboard babygirl babygirl1 babyboy1 beautiful beautiful1 gorgeous sweetheart sweetie1 honeybee cupcake1 precious
  precious1 hottie123 lovely123 forever1 forever21 friends1 bestfriend family123 mylove123 fuckyou1 fuckyou2 fuckyou123
  fuckoff1 bullshit asshole1 butthead hardcore mother123 brother1 sister123 daddy123 mommy123 grandma1 iamthebest
  nothing1 anything something trustme1 freedom1 freedom123 security security1 security123 private1 business company1
  company123 office123 manager1 service1 support1 support123 student1 student123 teacher1 school123 college1 graduate
  elephant dolphin1 scorpion scorpion1 panther1 tiger123 lion1234 wolfpack butterfly123 kawasaki yamaha123 harley123
  aaaaaaaa aaaaaaaaa zzzzzzzz xxxxxxxx qqqqqqqq asdf;lkj !@#$%^&* !@#$%^&*( correcthorsebatterystaple
  `
    .trim()
    .split(/\s+/),
);

/** Longest unit whose repetition is refused: aaaaaaaa, 12121212, abcabcabc, 12341234. */
const LONGEST_UNIT = 4;

/** Repeated sequences, longer than any password. */
const ROWS = ['0123456789'.repeat(15), 'abcdefghijklmnopqrstuvwxyz'.repeat(7)];

/** True for a password that is common, a repetition, or a run of digits or letters, in upper or lower case. */
export function isCommonPassword(password: string): boolean {
  const text = password.normalize('NFKC').toLowerCase();
  return COMMON.has(text) || isRepetition(text) || isRun(text);
}

function isRepetition(text: string): boolean {
  for (let unit = 1; unit <= LONGEST_UNIT; unit += 1) {
    if (
      text.length > unit &&
      text ===
        text
          .slice(0, unit)
          .repeat(Math.ceil(text.length / unit))
          .slice(0, text.length)
    )
      return true;
  }
  return false;
}

/** A part of a known sequence, forwards or backwards: 123456789012, 87654321, abcdefgh, zyxwvuts. */
function isRun(text: string): boolean {
  const backwards = Array.from(text).reverse().join('');
  return ROWS.some((row) => row.includes(text) || row.includes(backwards));
}
