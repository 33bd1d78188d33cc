// Command licences prints the licence texts of all that Shoptwin is built
// from: the Go modules whose packages its programs import on any of its
// systems, the npm packages of its page, and DuckDB. It fails when one has no
// licence text, or one that has not been looked at before.
//
//	go run ./build/licences >THIRD-PARTY.txt
//	go run ./build/licences -list >app/licences.tsv   names, versions and kinds alone
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

type part struct {
	name, version, dir string
}

func main() {
	parts, err := modules()
	if err == nil {
		var page []part
		page, err = packages("frontend")
		parts = append(parts, page...)
	}
	if err != nil {
		fail(err)
	}
	list := len(os.Args) > 1 && os.Args[1] == "-list"
	if !list {
		fmt.Printf("Shoptwin is built from these works. Their licences follow.\n\n")
	}
	texts := make([]string, len(parts))
	for i, p := range parts {
		text, kind, err := licence(p.dir)
		if err != nil {
			fail(fmt.Errorf("%s %s: %w", p.name, p.version, err))
		}
		texts[i] = text
		if list {
			fmt.Printf("%s\t%s\t%s\n", p.name, p.version, kind)
			continue
		}
		fmt.Printf("%-60s %-28s %s\n", p.name, p.version, kind)
	}
	for i, p := range parts {
		if list {
			break
		}
		fmt.Printf("\n%s\n%s %s\n\n%s\n", strings.Repeat("=", 78), p.name, p.version, strings.TrimSpace(texts[i]))
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "licences:", err)
	os.Exit(1)
}

// modules are those whose packages a program of ours imports.
func modules() ([]part, error) {
	found := map[string]part{}
	for _, system := range []struct{ os, arch, tags string }{
		{"linux", "amd64", "desktop,production,webkit2_41"},
		{"windows", "amd64", "desktop,production,duckdb_use_lib"},
		{"darwin", "arm64", "desktop,production"},
	} {
		cmd := exec.Command("go", "list", "-deps", "-json=Module", "-tags", system.tags, ".")
		cmd.Env = append(os.Environ(), "GOOS="+system.os, "GOARCH="+system.arch, "CGO_ENABLED=1")
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return nil, err
		}
		for in := json.NewDecoder(strings.NewReader(string(out))); in.More(); {
			var p struct {
				Module *struct {
					Path, Version, Dir string
					Main               bool
				}
			}
			if err := in.Decode(&p); err != nil {
				return nil, err
			}
			if m := p.Module; m != nil && !m.Main {
				found[m.Path] = part{m.Path, m.Version, m.Dir}
			}
		}
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, err
	}
	version, err := exec.Command("go", "env", "GOVERSION").Output()
	if err != nil {
		return nil, err
	}
	found["go"] = part{"The Go standard library and runtime", strings.TrimSpace(string(version)), strings.TrimSpace(string(root))}
	return sorted(found), nil
}

// packages are those whose code the page's bundle holds: the dependencies that
// package.json names and theirs, and of its tools what leaves code behind.
func packages(dir string) ([]part, error) {
	text, err := os.ReadFile(filepath.Join(dir, "package.json"))
	if err != nil {
		return nil, err
	}
	var top struct{ Dependencies map[string]string }
	if err := json.Unmarshal(text, &top); err != nil {
		return nil, err
	}
	found := map[string]part{}
	var add func(name string, deep bool) error
	add = func(name string, deep bool) error {
		if _, known := found[name]; known {
			return nil
		}
		at := filepath.Join(dir, "node_modules", filepath.FromSlash(name))
		var p struct {
			Version      string
			Dependencies map[string]string
		}
		text, err := os.ReadFile(filepath.Join(at, "package.json"))
		if err == nil {
			err = json.Unmarshal(text, &p)
		}
		if err != nil {
			return fmt.Errorf("%s: %w (run npm ci first)", name, err)
		}
		found[name] = part{name, p.Version, at}
		for n := range p.Dependencies {
			if deep {
				if err := add(n, true); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for name := range top.Dependencies {
		if err := add(name, true); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{"svelte", "clsx", "esm-env", "@fontsource/inter"} {
		if err := add(name, false); err != nil {
			return nil, err
		}
	}
	return sorted(found), nil
}

func sorted(found map[string]part) []part {
	var parts []part
	for _, p := range found {
		parts = append(parts, p)
	}
	slices.SortFunc(parts, func(a, b part) int { return strings.Compare(a.name, b.name) })
	return parts
}

// kinds are licences by words of their text, the more particular first.
var kinds = []struct{ name, words string }{
	{"Apache-2.0", "Apache License"},
	{"MPL-2.0", "Mozilla Public License"},
	{"OFL-1.1", "SIL OPEN FONT LICENSE"},
	{"BSL-1.0", "Boost Software License"},
	{"ISC", "ISC License"},
	{"ISC", "Permission to use, copy, modify, and/or distribute this software for any"},
	{"ISC", "Permission to use, copy, modify, and distribute this software for any"},
	{"Zlib", "This software is provided 'as-is'"},
	{"MIT", "Permission is hereby granted, free of charge"},
	{"BSD", "Redistribution and use in source and binary forms"},
	{"Unlicense", "This is free and unencumbered software"},
}

// licence returns the texts of the licence in dir, and its kind. Where a
// module lies below the root of its repository, the text may stand above it.
func licence(dir string) (text, kind string, err error) {
	for _, at := range []string{dir, filepath.Dir(dir)} {
		names, err := os.ReadDir(at)
		if err != nil {
			return "", "", err
		}
		for _, f := range names {
			upper := strings.ToUpper(f.Name())
			if f.IsDir() || !strings.HasPrefix(upper, "LICEN") && !strings.HasPrefix(upper, "COPYING") && !strings.HasPrefix(upper, "NOTICE") {
				continue
			}
			b, err := os.ReadFile(filepath.Join(at, f.Name()))
			if err != nil {
				return "", "", err
			}
			text += string(b) + "\n"
		}
		if text != "" {
			break
		}
	}
	if text == "" {
		return "", "", fmt.Errorf("no licence text in %s", filepath.Base(dir))
	}
	plain := strings.ToLower(strings.Join(strings.Fields(text), " "))
	for _, k := range kinds {
		if strings.Contains(plain, strings.ToLower(k.words)) {
			return text, k.name, nil
		}
	}
	return "", "", fmt.Errorf("its licence is not among those known here; read whether it may be passed on, and add it")
}
