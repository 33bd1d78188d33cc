package duck

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
	"bufio"
	"math/rand/v2"

	"shoptwin/core/source"
)

func TestSpeed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "big.csv")
	f, _ := os.Create(path)
	w := bufio.NewWriter(f)
	r := rand.New(rand.NewPCG(1, 2))
	fmt.Fprintln(w, "receipt_id,date,store,customer_id,product_id,quantity,unit_price,promotion_id")
	for i := range 1000000 {
		fmt.Fprintf(w, "R%08d,2024-%02d-%02d,store %d,C%06d,P%05d,%d,%.2f,%s\n", i/5, 1+i%12, 1+i%28, i%20, r.IntN(100000), r.IntN(3000), 1+r.IntN(5), float64(r.IntN(10000))/100, []string{"", "PR123", "PR456"}[i%3])
	}
	w.Flush()
	st, _ := f.Stat()
	fmt.Println(st.Size())
	db, err := Open(filepath.Join(t.TempDir(), "x.duckdb"), Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx := context.Background()
	t0 := time.Now()
	imp, err := db.Import(ctx, "big", path, source.Options{}, nil)
	fmt.Println(time.Since(t0), err)
	for _, c := range imp.Columns {
		fmt.Printf("%+v\n", c)
	}
	t0 = time.Now()
	tab, err := db.Columns(ctx, "big", nil)
	fmt.Println("columns", time.Since(t0), err, tab.Rows())
	t0 = time.Now()
	_, err = db.Profile(ctx, "big")
	fmt.Println("profile", time.Since(t0), err)
}
