// Package personal tells columns that hold data of persons, by what their
// cells look like and what the column is called.
package personal

import (
	"regexp"
	"strings"
	"unicode"
)

// Kind is what a column seems to hold; "" is nothing personal.
type Kind string

// The kinds that are told apart.
const (
	None    Kind = ""
	Email   Kind = "email"
	Phone   Kind = "phone"
	Card    Kind = "card"     // number of a payment card, by the check of Luhn
	IBAN    Kind = "iban"     // by its check digits
	ID      Kind = "id"       // of a resident of China by its check digit, or of the United States by its form
	Name    Kind = "name"     // of a person
	Address Kind = "address"  // where a person lives
	Birth   Kind = "birth"    // date of birth
	IP      Kind = "ip"       // address of a computer
	Place   Kind = "position" // latitude and longitude
)

// enough of a column's cells must have a form for the column to be of its kind.
const enough = 0.6

var (
	email  = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$`)
	ip     = regexp.MustCompile(`^(\d{1,3}\.){3}\d{1,3}$`)
	ssn    = regexp.MustCompile(`^\d{3}-\d{2}-\d{4}$`)
	dated  = regexp.MustCompile(`^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}`)
	abroad = regexp.MustCompile(`^(\+|00)\d[\d\s().-]{7,18}$`)
	mobile = regexp.MustCompile(`^(\+?86)?1[3-9]\d{9}$`)
	street = regexp.MustCompile(`(?i)\d+\s+\S+.*\b(street|st|road|rd|avenue|ave|lane|drive|square)\b|(省|市|区|县).*(路|街|道|号|村)|stra(ß|ss)e\s*\d+`)

	// What columns are called. A name says more where the form says little.
	named = map[Kind]*regexp.Regexp{
		Email:   regexp.MustCompile(`(?i)e-?mail|邮箱|电子邮件`),
		Phone:   regexp.MustCompile(`(?i)phone|mobile|\btel\b|telefon|cell.?no|手机|电话|联系方式`),
		Card:    regexp.MustCompile(`(?i)card.?(no|num)|credit.?card|\bpan\b|卡号|银行卡`),
		IBAN:    regexp.MustCompile(`(?i)iban|bank.?account|账号`),
		ID:      regexp.MustCompile(`(?i)\bssn\b|social.?sec|passport|national.?id|id.?card|身份证|证件号|护照`),
		Name:    regexp.MustCompile(`(?i)^(full|first|last|given|family|sur|customer|client|user|contact|cardholder|member)[ _]?name$|surname|forename|^name$|姓名|客户名|会员名|收货人|联系人`),
		Address: regexp.MustCompile(`(?i)address|street|地址|住址`),
		Birth:   regexp.MustCompile(`(?i)birth|\bdob\b|出生|生日`),
		IP:      regexp.MustCompile(`(?i)\bip\b|ip.?addr`),
		Place:   regexp.MustCompile(`(?i)^lat(itude)?$|^lo?ng(itude)?$|经度|纬度`),
	}
)

// Detect says what the column of that name, of which cells are some that are
// not missing, seems to hold, and which share of the cells has the form of it
// (0 when only the name says so). Forms that hardly anything else has, such as
// mail addresses and numbers with check digits, are believed by themselves;
// those that other numbers have, too, need a name that says so.
func Detect(column string, cells []string) (kind Kind, share float64) {
	words := spaced(column)
	says := func(k Kind) bool { return named[k].MatchString(words) || named[k].MatchString(column) }
	forms := []struct {
		kind  Kind
		alone bool // believed without the name
		form  func(string) bool
	}{
		{Email, true, email.MatchString},
		{ID, true, func(s string) bool { return Resident(s) || ssn.MatchString(s) }},
		{Card, true, card},
		{IBAN, true, iban},
		{Phone, true, func(s string) bool { return mobile.MatchString(plain(s)) || abroad.MatchString(s) }},
		{IP, true, ip.MatchString},
		{Phone, false, func(s string) bool { n := len(digits(s)); return n >= 6 && n <= 15 && len(s)-n <= 8 }},
		{Address, true, street.MatchString},
		{Birth, false, dated.MatchString},
		{Name, false, person},
		{Address, false, func(s string) bool { return len([]rune(s)) >= 8 }},
		{Place, false, func(s string) bool { return strings.Contains(s, ".") }},
	}
	for _, f := range forms {
		if len(cells) == 0 || !f.alone && !says(f.kind) {
			continue
		}
		n := 0
		for _, s := range cells {
			if f.form(strings.TrimSpace(s)) {
				n++
			}
		}
		if share := float64(n) / float64(len(cells)); share >= enough {
			return f.kind, share
		}
	}
	for _, k := range []Kind{Email, Phone, Card, ID, IBAN, Birth} {
		if says(k) {
			return k, 0
		}
	}
	return None, 0
}

// spaced parts CustomerName into customer name.
func spaced(s string) string {
	var b strings.Builder
	var last rune
	for _, r := range s {
		if unicode.IsUpper(r) && unicode.IsLower(last) || r == '_' {
			b.WriteByte(' ')
		}
		if r != '_' {
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// plain is s without what people put between digits.
func plain(s string) string { return strings.NewReplacer(" ", "", "-", "").Replace(s) }

// card is a number of 13 to 19 digits that begins as those of payment cards do
// and passes the check of Luhn, as one in ten others does, too.
func card(s string) bool {
	s = plain(s)
	if len(s) < 13 || len(s) > 19 || digits(s) != s || s[0] < '2' || s[0] > '6' {
		return false
	}
	return Luhn(s)
}

// Luhn says whether the last digit of s checks the others (ISO/IEC 7812). s
// holds digits only.
func Luhn(s string) bool {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// Resident says whether s is the number of a resident of China: 17 digits with
// a date of birth and a check digit (GB 11643-1999, ISO 7064 MOD 11-2).
func Resident(s string) bool {
	if len(s) != 18 || digits(s[:17]) != s[:17] {
		return false
	}
	month, day := s[10:12], s[12:14]
	if s[6:8] != "19" && s[6:8] != "20" || month < "01" || month > "12" || day < "01" || day > "31" {
		return false
	}
	sum := 0
	for i := range 17 {
		sum = (sum + int(s[i]-'0')) * 2 % 11
	}
	return "0123456789X"[(12-sum)%11] == strings.ToUpper(s)[17]
}

// iban says whether s has the check digits of ISO 13616.
func iban(s string) bool {
	s = strings.ToUpper(plain(s))
	if len(s) < 15 || len(s) > 34 || s[0] < 'A' || s[0] > 'Z' || s[1] < 'A' || s[1] > 'Z' {
		return false
	}
	rest := 0
	for _, r := range s[4:] + s[:4] {
		switch {
		case r >= '0' && r <= '9':
			rest = (rest*10 + int(r-'0')) % 97
		case r >= 'A' && r <= 'Z':
			rest = (rest*100 + int(r-'A') + 10) % 97
		default:
			return false
		}
	}
	return rest == 1
}

// person says whether s could be somebody's name: two to four words that begin
// with capitals, or two to four Chinese signs.
func person(s string) bool {
	runes := []rune(s)
	if len(runes) >= 2 && len(runes) <= 4 {
		han := true
		for _, r := range runes {
			han = han && unicode.Is(unicode.Han, r)
		}
		if han {
			return true
		}
	}
	words := strings.Fields(s)
	if len(words) == 0 || len(words) > 4 {
		return false
	}
	for _, w := range words {
		for i, r := range w {
			if i == 0 && !unicode.IsUpper(r) || !unicode.IsLetter(r) && r != '.' && r != '-' && r != '\'' && r != ',' {
				return false
			}
		}
	}
	return true
}
