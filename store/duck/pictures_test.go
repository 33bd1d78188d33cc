package duck

import (
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shoptwin/core/source"
)

// A folder of pictures is a table of where they lie, which joins products by
// their names.
func TestPictures(t *testing.T) {
	db := open(t, "")
	dir := filepath.Join(t.TempDir(), "shots")
	if err := os.MkdirAll(filepath.Join(dir, "tea"), 0o700); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(dir, "tea", "S1.PNG"))
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(f, image.NewGray(image.Rect(0, 0, 30, 20))); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"S2.jpg": "no picture", "notes.pdf": "%PDF"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	g, err := Look(ctx, dir, source.Options{}, 1)
	if err != nil || len(g.Rows) != 1 || g.Rows[0][1] != "S2" {
		t.Errorf("%v %+v", err, g)
	}
	imp, err := db.Import(ctx, "shots", dir, source.Options{}, nil)
	if err != nil || imp.Rows != 2 || imp.Info.Format != "pictures" || imp.SHA256 == "" || !strings.HasPrefix(strings.Join(imp.Info.Notes, ""), "Of 1 pictures") {
		t.Fatalf("%v %+v", err, imp)
	}
	_, rows, _, err := db.Page(ctx, "shots", 0, 9)
	if got := strings.Join(rows[1][:6], "|"); err != nil || got != "tea/S1.PNG|S1|tea|png|30|20" || rows[1][7] != filepath.Join(dir, "tea", "S1.PNG") || strings.Join(rows[0][:6], "|") != "S2.jpg|S2||jpg||" {
		t.Errorf("%v %q", err, rows)
	}
	load(t, db, "goods", "sku,price\nS1,2\nS3,4\n")
	r := parse(t, `{"from": "goods", "steps": [{"do": "join", "table": "shots", "on": ["sku=name"], "columns": ["path"]}]}`)
	effects, err := db.Run(ctx, r, "with", nil)
	if err != nil || effects[0].Matched != 1 {
		t.Errorf("%v %+v", err, effects)
	}
}
