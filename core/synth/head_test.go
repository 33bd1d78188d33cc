package synth

import (
	"reflect"
	"testing"
)

// Every field of Config comes back from the header.
func TestHeadKeepsEveryField(t *testing.T) {
	want := Model{TrainRows: 12, Seed: 1<<64 - 1}
	var set func(v reflect.Value)
	set = func(v reflect.Value) {
		for i := range v.NumField() {
			switch f := v.Field(i); f.Kind() {
			case reflect.Struct:
				set(f)
			case reflect.String:
				f.SetString("a \"b\"\nc")
			case reflect.Int:
				f.SetInt(int64(3 + i))
			case reflect.Float64:
				f.SetFloat(.1 + float64(i)/3)
			case reflect.Bool:
				f.SetBool(true)
			default:
				t.Fatalf("%s is a %s, which the header cannot hold", v.Type().Field(i).Name, f.Kind())
			}
		}
	}
	set(reflect.ValueOf(&want.Config).Elem())
	var got Model
	if err := got.readHead(append(want.appendHead(nil), "later 3\n"...)); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("read  %+v\nwrote %+v", got, want)
	}
	if err := got.readHead([]byte("steps many\n")); err == nil {
		t.Error("a header with steps that are no number was read")
	}
}
