package personal

import "testing"

func TestDetect(t *testing.T) {
	for _, tt := range []struct {
		column string
		cells  []string
		want   Kind
	}{
		{"contact", []string{"ann@shop.example", "bob.lee@mail.example.org", "none"}, Email},
		{"x", []string{"13812345678", "+8613912345678", "159 1234 5678"}, Phone},
		{"Phone", []string{"01904 123456", "0113-496-0000"}, Phone},
		{"amount", []string{"123456", "234567"}, None},
		{"x", []string{"+44 20 7946 0958", "+1 (212) 555-0100"}, Phone},
		{"pay", []string{"4111 1111 1111 1111", "5500005555555559"}, Card},
		{"pay", []string{"4111111111111112", "5500005555555558"}, None},
		{"n", []string{"11010519491231002X", "440524188001010014"}, None}, // born in 1880
		{"n", []string{"11010519491231002X"}, ID},
		{"n", []string{"123-45-6789"}, ID},
		{"account", []string{"GB82 WEST 1234 5698 7654 32", "DE89370400440532013000"}, IBAN},
		{"CustomerName", []string{"Ann Lee", "Bob de Groot"}, None}, // de is small
		{"CustomerName", []string{"Ann Lee", "Bob O'Neil", "J. Smith"}, Name},
		{"姓名", []string{"王小明", "欧阳娜娜", "李雷"}, Name},
		{"colour", []string{"Red", "Dark Blue"}, None},
		{"where", []string{"12 Baker Street", "7 Abbey Road"}, Address},
		{"地址", []string{"北京市海淀区中关村大街1号", "上海市静安区南京西路2号"}, Address},
		{"date_of_birth", []string{"1980-02-03", "1991-12-24"}, Birth},
		{"date", []string{"1980-02-03"}, None},
		{"host", []string{"192.168.0.1"}, IP},
		{"email", nil, Email},
		{"product", []string{"8410076421234", "5449000000996"}, None}, // bar codes
	} {
		if got, _ := Detect(tt.column, tt.cells); got != tt.want {
			t.Errorf("%s %q: %q, want %q", tt.column, tt.cells, got, tt.want)
		}
	}
}

func TestChecks(t *testing.T) {
	for s, want := range map[string]bool{"79927398713": true, "79927398710": false, "0": true} {
		if Luhn(s) != want {
			t.Errorf("Luhn(%s)", s)
		}
	}
	for s, want := range map[string]bool{"11010519491231002X": true, "110105194912310021": false, "11010519491331002X": false, "1": false} {
		if Resident(s) != want {
			t.Errorf("Resident(%s)", s)
		}
	}
}
