package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// soldTable is what the servers hold that the screen is driven against.
const soldTable = `CREATE TABLE sold (id integer, sku varchar(9), qty integer, day date);
INSERT INTO sold SELECT n, concat('S', n % 40), 1 + n % 9, DATE '2024-01-01' FROM (%s) AS numbers;
CREATE VIEW best AS SELECT sku, sum(qty) AS units FROM sold GROUP BY sku;`

// connect: the screen's way to a database in Chromium, against live servers,
// with a Secret Service of its own that keeps passwords.
func (b *bench) connect() error {
	var places []map[string]any
	for _, c := range []struct {
		start                   func() (*liveServer, error)
		kind, database, numbers string
	}{
		{startPostgres, "postgres", "postgres", "SELECT n FROM generate_series(1, 300) AS g(n)"},
		{startMariaDB, "mysql", "shop", "SELECT seq AS n FROM seq_1_to_300"},
	} {
		s, err := c.start()
		defer s.end()
		if err != nil {
			return err
		}
		if err := s.sql(fmt.Sprintf(strings.ReplaceAll(soldTable, "n % ", "n %% "), c.numbers)); err != nil {
			return err
		}
		port, err := strconv.Atoi(s.port)
		if err != nil {
			return err
		}
		places = append(places, map[string]any{"name": s.name, "kind": c.kind, "port": port, "database": c.database, "pid": s.cmd.Process.Pid})
	}
	list, err := json.Marshal(places)
	if err != nil {
		return err
	}
	frontend, err := filepath.Abs("frontend")
	if err != nil {
		return err
	}
	if _, err := exec.LookPath("gnome-keyring-daemon"); err != nil {
		return fmt.Errorf("gnome-keyring is not installed: build/scripts/setup.sh accept")
	}
	home := filepath.Join(b.dir, "keyring") // where the keyring's own files lie
	if err := os.MkdirAll(home, 0o700); err != nil {
		return err
	}
	const session = "printf unlock | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec node e2e/connect.mjs"
	r, err := run(context.Background(), []string{"SERVERS=" + string(list), "PASSWORD=" + password, "SHOPTWIN=" + b.bin, "KEYRING=1", "HOME=" + home}, frontend, "dbus-run-session", "--", "bash", "-c", session)
	if err != nil {
		return err
	}
	if said := r.out + r.err; os.Getenv("SHOPTWIN_TELL") != "" {
		fmt.Fprintln(os.Stderr, said)
	}
	var missed []string
	held := 0
	for line := range strings.Lines(r.out) {
		switch {
		case strings.HasPrefix(line, "ok"):
			held++
		case strings.HasPrefix(line, "FAIL"):
			missed = append(missed, strings.TrimSpace(strings.TrimPrefix(line, "FAIL")))
		}
	}
	figure := fmt.Sprintf("%d held", held)
	if len(missed) > 0 || r.code != 0 {
		figure += fmt.Sprintf(", not: %s %s", strings.Join(missed, "; "), r.err)
	}
	b.add("the Connect dialog against PostgreSQL and MariaDB: wrong password, tables, preview, query, import, a real keyring, server gone", figure, "all", r.code == 0 && len(missed) == 0 && held > 20)
	return nil
}
