package source

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// Small files of shops in every encoding: each is detected, told, read to the
// same cells as its UTF-8 twin, and can be named instead.
func TestEveryEncoding(t *testing.T) {
	texts := map[string]string{
		"simplified":   "订单号,客户,商品,城市,备注\n1001,王小明,可口可乐330毫升,北京,加急\n1002,李娜,农夫山泉矿泉水,上海,\n1003,张伟,康师傅红烧牛肉面,广州,送货上门\n",
		"few":          "id,city,qty\n1,北京,3\n2,Paris,4\n3,Lyon,5\n4,Rome,6\n",
		"traditional":  "訂單編號,客戶,商品,城市\n1001,陳大文,台灣高山烏龍茶,台北\n1002,林小姐,鳳梨酥禮盒,高雄\n1003,黃先生,珍珠奶茶,新竹\n",
		"few in Hant":  "id,city,qty\n1,台北市,3\n2,高雄市,4\n3,Lyon,5\n4,臺中市,6\n",
		"japanese":     "注文番号,顧客名,商品,都市\n1001,山田太郎,りんごジュース,東京\n1002,鈴木花子,チョコレート,大阪\n1003,佐藤一郎,おにぎり（鮭）,名古屋\n",
		"kana":         "id,商品\n1,ｺｰﾋｰ豆\n2,ビール大瓶\n3,しょうゆラーメン\n",
		"french":       "id,produit,ville\n1,Café crème,Orléans\n2,Thé à la pêche,Besançon\n3,Pâté de forêt,Nîmes\n",
		"german":       "Nr;Artikel;Preis;Ort\n1;Käsespätzle;3,50 €;München\n2;Würstchen;2,20 €;Köln\n3;Soße;1,10 €;Düsseldorf\n",
		"spanish":      "id,producto\n1,Jamón ibérico\n2,Piña en almíbar\n3,Turrón de Jijona «extra»\n",
		"one accent":   "id,name,city\n1,Milk,Paris\n2,Bread,Lyon\n3,Butter,Orléans\n4,Tea,Nice\n",
		"one in caps":  "id,name\n1,CAFÉ\n2,TEA\n3,MILK\n",
		"quotes":       "id,note\n1,“good” – he said…\n2,it’s fine\n3,plain\n",
		"korean":       "주문번호,고객,상품\n1001,김민수,신라면 다섯개,\n1002,이영희,바나나맛 우유,\n1003,박지성,초코파이 상자,\n",
		"money":        "id,price\n1,£3.50\n2,£4.20\n3,£5.00\n",
		"rare hanzi":   "姓名,门店\n喆,犇羴鱻火锅店\n翀,嘉兴路店\n玥,鑫鑫超市\n王芳,人民路店\n",
		"hanzi + kana": "姓名,商品\n王芳,の物语饼干\n李娜,ポッキー百奇\n赵敏,明治雪吻巧克力\n",
	}
	le, be := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	for _, tt := range []struct {
		text string
		enc  encoding.Encoding
		want string
		bom  string
	}{
		{"simplified", simplifiedchinese.GBK, "gb18030", ""},
		{"simplified", simplifiedchinese.GB18030, "gb18030", ""},
		{"simplified", le, "utf-16le", "\xff\xfe"},
		{"simplified", be, "utf-16be", "\xfe\xff"},
		{"simplified", le, "utf-16le", ""},
		{"simplified", be, "utf-16be", ""},
		{"simplified", encoding.Nop, "utf-8", "\xef\xbb\xbf"},
		{"few", simplifiedchinese.GBK, "gb18030", ""},
		{"few", le, "utf-16le", ""},
		{"few", be, "utf-16be", ""},
		{"rare hanzi", simplifiedchinese.GB18030, "gb18030", ""},
		{"hanzi + kana", simplifiedchinese.GBK, "gb18030", ""},
		{"traditional", traditionalchinese.Big5, "big5", ""},
		{"traditional", be, "utf-16be", ""},
		{"few in Hant", traditionalchinese.Big5, "big5", ""},
		{"japanese", japanese.ShiftJIS, "shift_jis", ""},
		{"japanese", japanese.EUCJP, "euc-jp", ""},
		{"japanese", le, "utf-16le", ""},
		{"kana", japanese.ShiftJIS, "shift_jis", ""},
		{"korean", korean.EUCKR, "euc-kr", ""},
		{"french", charmap.Windows1252, "windows-1252", ""},
		{"french", charmap.ISO8859_1, "windows-1252", ""},
		{"german", charmap.Windows1252, "windows-1252", ""},
		{"spanish", charmap.Windows1252, "windows-1252", ""},
		{"one accent", charmap.ISO8859_1, "windows-1252", ""},
		{"one in caps", charmap.ISO8859_1, "windows-1252", ""},
		{"quotes", charmap.Windows1252, "windows-1252", ""},
		{"money", charmap.Windows1252, "windows-1252", ""},
		{"french", encoding.Nop, "utf-8", ""},
	} {
		for _, named := range []string{"", tt.want} {
			t.Run(fmt.Sprint(tt.text, " in ", tt.want, ", BOM ", tt.bom != "", ", named ", named), func(t *testing.T) {
				b, err := tt.enc.NewEncoder().Bytes([]byte(texts[tt.text]))
				if err != nil {
					t.Fatal(err)
				}
				want := read(t, strings.NewReader(texts[tt.text]), Options{})
				got := read(t, bytes.NewReader(append([]byte(tt.bom), b...)), Options{Encoding: named})
				if got.err != nil || got.info.Encoding != tt.want {
					t.Errorf("%v, encoding %q", got.err, got.info.Encoding)
				}
				if strings.Join(got.header, "|") != strings.Join(want.header, "|") || strings.Join(got.rows, "¶") != strings.Join(want.rows, "¶") {
					t.Errorf("%q %q", got.header, got.rows)
				}
			})
		}
	}
}
