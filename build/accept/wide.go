package main

import (
	"bufio"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"time"
)

// wideColumns are the columns of a made table of receipt lines: one text that
// differs in every row, four of levels levels each, 17 with few, three times
// and 16 numbers, most of which hang together.
var wideColumns = []string{
	"receipt", "customer", "product", "place", "term",
	"category", "brand", "department", "region", "country", "segment", "gender", "payment", "channel", "device", "browser",
	"promotion", "shipping", "status", "returned", "gift", "member",
	"sold", "delivered", "joined",
	"quantity", "price", "discount", "amount", "cost", "weight", "age", "income", "visits", "basket", "stars", "distance", "clicks", "seconds", "points", "margin",
}

// wide writes a made table of receipt lines as CSV: rows rows in 41 columns,
// four of which have levels levels, the most frequent some hundred times as
// often as the median one, as in shops.
func wide(path string, rows, levels int, seed uint64) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	w := bufio.NewWriterSize(file, 1<<20)
	for i, name := range wideColumns {
		if i > 0 {
			w.WriteByte(',')
		}
		w.WriteString(name)
	}
	w.WriteByte('\n')
	rng := rand.New(rand.NewPCG(seed, 41))
	// hash gives a level's own traits, the same in every row.
	hash := func(what, level int) uint64 { return rand.NewPCG(uint64(what), uint64(level)).Uint64() }
	share := func(what, level int) float64 { return float64(hash(what, level)>>11) / (1 << 53) }
	// level draws levels whose ranks follow Zipf's law; every one occurs.
	level := func(row, step int) int {
		if row < levels {
			return row * step % levels // steps are primes: all levels, in orders of their own
		}
		return int(math.Pow(float64(levels), rng.Float64())*float64(1+rng.IntN(30))) % levels
	}
	pick := func(names ...string) string { return names[rng.IntN(len(names))] }
	order := rng.Perm(rows)
	var line []byte
	cells := func(values ...any) {
		for _, v := range values {
			if len(line) > 0 {
				line = append(line, ',')
			}
			switch v := v.(type) {
			case string:
				line = append(line, v...)
			case int:
				line = strconv.AppendInt(line, int64(v), 10)
			case float64:
				line = strconv.AppendFloat(line, v, 'f', -1, 64)
			case time.Time:
				line = v.AppendFormat(line, "2006-01-02 15:04:05")
			}
		}
	}
	day := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	cents := func(x float64) float64 { return math.Round(100*x) / 100 }
	maybe := func(gone float64, v any) any {
		if rng.Float64() < gone {
			return ""
		}
		return v
	}
	yes := func(p float64) string {
		if rng.Float64() < p {
			return "yes"
		}
		return "no"
	}
	for i := range rows {
		customer, product, place := level(i, 1), level(i, 7919), level(i, 6007)
		term := product // what was looked for is often what was bought
		if i < levels || rng.Float64() < .4 {
			term = level(i, 4001)
		}
		category := int(hash(1, product) % 40)
		region := int(hash(2, place) % 20)
		segment := int(hash(3, customer) % 5)
		spend := []float64{.6, .8, 1, 1.4, 2.2}[segment]
		hour := 8 + int(12*math.Sqrt(rng.Float64()))
		sold := day.AddDate(0, 0, int(365*math.Pow(rng.Float64(), .8))).Add(time.Duration(hour*3600+rng.IntN(3600)) * time.Second)
		online := rng.Float64() < .2+.1*float64(segment)
		channel, device, browser, shipping := "store", "", "", "none"
		var delivered any = ""
		if online {
			channel, device, browser = "online", pick("phone", "phone", "phone", "tablet", "desktop"), pick("Chrome", "Chrome", "Safari", "Firefox", "Edge")
			shipping = []string{"standard", "standard", "express", "pickup"}[rng.IntN(4)]
			delivered = maybe(.05, sold.Add(time.Duration(24*(1+rng.ExpFloat64()*2))*time.Hour))
		}
		promo := "none"
		if rng.Float64() < .3 {
			promo = []string{"flyer", "coupon", "bundle", "clearance"}[(category+rng.IntN(2))%4]
		}
		quantity := 1 + int(rng.ExpFloat64()*spend)
		price := cents(math.Exp(1+3*share(4, product)) + .99)
		discount := 0.
		if promo != "none" {
			discount = cents(float64(quantity) * price * []float64{.1, .15, .2, .3}[rng.IntN(4)])
		}
		amount := cents(float64(quantity)*price - discount)
		age := 18 + int(60*share(5, customer))
		line = line[:0]
		cells("R"+strconv.Itoa(10_000_000+order[i]), "cust"+strconv.Itoa(customer), "prod"+strconv.Itoa(product), "place"+strconv.Itoa(place), "word"+strconv.Itoa(term),
			"cat"+strconv.Itoa(category), "brand"+strconv.Itoa(int(hash(6, product)%300)), "dep"+strconv.Itoa(category/5), "region"+strconv.Itoa(region),
			[]string{"FR", "BE", "CH", "LU"}[region%4], []string{"saver", "family", "young", "loyal", "gold"}[segment], maybe(.08, pick("f", "m")),
			pick("card", "card", "card", "cash", "invoice"), channel, device, browser, promo, shipping,
			[]string{"paid", "paid", "paid", "open", "refunded"}[rng.IntN(5)], yes(.04+.1*share(7, product)), yes(.05), yes(.1+.15*float64(segment)),
			sold, delivered, maybe(.1, day.AddDate(0, 0, -int(2000*share(8, customer)))),
			quantity, price, discount, amount, cents(price*(.5+.2*share(9, product))), cents(.05+5*share(10, product)), maybe(.05, age),
			maybe(.2, math.Round(1500*spend*math.Exp(.3*rng.NormFloat64()))), 1+int(rng.ExpFloat64()*4*spend), 1+int(rng.ExpFloat64()*6),
			maybe(.6, 1+min(4, int(5*math.Sqrt(rng.Float64())))), math.Round(10*(1+80*share(11, place)+rng.ExpFloat64()))/10,
			maybe(.5, int(rng.ExpFloat64()*12)), math.Round(1000*rng.ExpFloat64()*90)/1000, int(amount)*(1+segment/3), math.Round(1000*rng.NormFloat64())/1000)
		w.Write(line)
		w.WriteByte('\n')
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return file.Close()
}
