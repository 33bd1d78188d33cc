package app

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shoptwin/core/promo"
)

// A calendar that was saved comes back as it was, from CSV and Excel.
func TestCalendarComesBack(t *testing.T) {
	m := answering(t)
	p := promo.Plan{Horizon: 12, Offers: []promo.Offer{{Item: "p0", Week: 1, Depth: 0.25, Feature: true}, {Item: "p0", Week: 4, Depth: 0.1, Feature: true, Display: true}, {Item: "p3", Week: 0, Display: true}, {Item: "p5", Week: 11, Depth: 0.3}}}
	out, err := m.WhatIf(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"plan.csv", "plan.xlsx"} {
		path := filepath.Join(t.TempDir(), name)
		if err := writeCalendar(path, p, out); err != nil {
			t.Fatal(err)
		}
		back, err := ReadCalendar(context.Background(), m, path)
		if err != nil || back.Rows != 4 || len(back.Aside) > 0 || !slices.Equal(back.Offers, p.Offers) {
			t.Errorf("%s: %v, %+v", name, err, back)
		}
	}
}

// Of a dirty file the good rows are taken, and of each other one it is said
// where it stands and why not.
func TestDirtyCalendar(t *testing.T) {
	m := answering(t)
	dirty := "Product;Week;Discount;Type\n" +
		"p0;week 70;20 %;feature\n" +
		"p9;week 70;20 %;\n" +
		"p1;week 71;lots;\n" +
		"p1;week 3;10 %;\n" +
		"p2;week 72;12,5;display\n" +
		";;;\n"
	path := filepath.Join(t.TempDir(), "dirty.csv")
	if err := os.WriteFile(path, []byte(dirty), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := ReadCalendar(context.Background(), m, path)
	if err != nil || !slices.Equal(got.Offers, []promo.Offer{{Item: "p0", Depth: 0.2, Feature: true}, {Item: "p2", Week: 2, Depth: 0.125, Display: true}}) {
		t.Fatalf("%v, %+v", err, got)
	}
	var lines []int64
	for _, a := range got.Aside {
		lines = append(lines, a.Line)
		if a.Why == "" {
			t.Errorf("%+v says nothing", a)
		}
	}
	if !slices.Equal(lines, []int64{3, 4, 5}) {
		t.Errorf("set aside %+v", got.Aside)
	}
	if err := os.WriteFile(path, []byte("Product;Colour\np0;red\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadCalendar(context.Background(), m, path); err == nil || !strings.Contains(err.Error(), "dirty.csv") || !strings.Contains(err.Error(), "no column") {
		t.Errorf("without columns: %v", err)
	}
}
