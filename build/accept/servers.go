package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// password is that of the servers that the checks start; it must turn up
// nowhere.
const password = "geheim-7af3!"

// liveServer is a database server of Debian's packages, on loopback, with a
// folder of its own.
type liveServer struct {
	name, address, dir string
	cmd                *exec.Cmd
	log                bytes.Buffer
	port               string
	sql                func(script string) error
}

// asNobody lets a command run as a user who is not root, as servers insist.
func asNobody(dir string, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=/usr/bin:/bin:/usr/sbin:/sbin", "HOME=" + dir, "LC_ALL=C.UTF-8", "PGPASSWORD=" + password, "MYSQL_PWD=" + password}
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	return cmd
}

// serverDir makes a folder that the server's user owns.
func serverDir(name string) (string, error) {
	dir, err := os.MkdirTemp("", "shoptwin-accept-"+name+"-")
	if err == nil && os.Getuid() == 0 {
		err = os.Chown(dir, 65534, 65534)
	}
	return dir, err
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

// startPostgres makes a cluster and starts it.
func startPostgres() (*liveServer, error) {
	bins, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if len(bins) == 0 {
		return nil, fmt.Errorf("PostgreSQL is not installed: build/scripts/setup.sh test")
	}
	bin := bins[len(bins)-1]
	dir, err := serverDir("postgres")
	if err != nil {
		return nil, err
	}
	s := &liveServer{name: "PostgreSQL", dir: dir}
	if s.port, err = freePort(); err != nil {
		return s, err
	}
	secret := filepath.Join(dir, "pw")
	if err := os.WriteFile(secret, []byte(password+"\n"), 0o644); err != nil {
		return s, err
	}
	if out, err := asNobody(dir, bin+"/initdb", "-D", dir+"/data", "-U", "shop", "-A", "scram-sha-256", "--pwfile="+secret, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync").CombinedOutput(); err != nil {
		return s, fmt.Errorf("initdb: %v: %s", err, out)
	}
	s.address = "postgres://shop@127.0.0.1:" + s.port + "/postgres"
	s.cmd = asNobody(dir, bin+"/postgres", "-D", dir+"/data", "-p", s.port, "-h", "127.0.0.1", "-k", dir, "-c", "fsync=off", "-c", "timezone=Asia/Shanghai", "-c", "datestyle=German")
	s.sql = func(script string) error {
		cmd := asNobody(dir, "psql", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", s.port, "-U", "shop", "postgres")
		cmd.Stdin = strings.NewReader(script)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("psql: %v: %s", err, bytes.TrimSpace(out))
		}
		return nil
	}
	return s, s.start()
}

// startMariaDB makes a data folder and starts a server on it.
func startMariaDB() (*liveServer, error) {
	if _, err := exec.LookPath("mariadb-install-db"); err != nil {
		return nil, fmt.Errorf("MariaDB is not installed: build/scripts/setup.sh test")
	}
	dir, err := serverDir("mariadb")
	if err != nil {
		return nil, err
	}
	s := &liveServer{name: "MariaDB", dir: dir}
	if s.port, err = freePort(); err != nil {
		return s, err
	}
	begin := filepath.Join(dir, "begin.sql")
	if err := os.WriteFile(begin, []byte("CREATE DATABASE IF NOT EXISTS shop CHARACTER SET utf8mb4;\nCREATE USER IF NOT EXISTS shop@'127.0.0.1' IDENTIFIED BY '"+password+"';\nGRANT ALL ON shop.* TO shop@'127.0.0.1';\n"), 0o644); err != nil {
		return s, err
	}
	me := "nobody"
	if u, err := user.Current(); err == nil && u.Uid != "0" {
		me = u.Username
	}
	if out, err := asNobody(dir, "mariadb-install-db", "--no-defaults", "--datadir="+dir+"/data", "--auth-root-authentication-method=normal", "--skip-test-db", "--user="+me).CombinedOutput(); err != nil {
		return s, fmt.Errorf("mariadb-install-db: %v: %s", err, out)
	}
	s.address = "mysql://shop@127.0.0.1:" + s.port + "/shop"
	s.cmd = asNobody(dir, "/usr/sbin/mariadbd", "--no-defaults", "--datadir="+dir+"/data", "--port="+s.port, "--bind-address=127.0.0.1", "--skip-name-resolve",
		"--socket="+dir+"/s", "--pid-file="+dir+"/pid", "--innodb-flush-log-at-trx-commit=0", "--default-time-zone=+08:00", "--init-file="+begin)
	s.sql = func(script string) error {
		cmd := asNobody(dir, "mariadb", "--no-defaults", "--default-character-set=utf8mb4", "-h", "127.0.0.1", "-P", s.port, "-u", "shop", "shop")
		cmd.Stdin = strings.NewReader(script)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("mariadb: %v: %s", err, bytes.TrimSpace(out))
		}
		return nil
	}
	return s, s.start()
}

// start waits until the server answers.
func (s *liveServer) start() error {
	again := *s.cmd // a command runs once
	s.cmd = &exec.Cmd{Path: again.Path, Args: again.Args, Env: again.Env, Dir: again.Dir, SysProcAttr: again.SysProcAttr, Stdout: &s.log, Stderr: &s.log}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	for range 300 {
		if s.sql("SELECT 1;") == nil {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("%s does not answer: %s", s.name, s.log.String())
}

// kill ends the server as a power cut would.
func (s *liveServer) kill() {
	if s != nil && s.cmd != nil && s.cmd.Process != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
	}
}

func (s *liveServer) end() {
	if s != nil {
		s.kill()
		_ = os.RemoveAll(s.dir)
	}
}

// databases: servers as sources.
func (b *bench) databases() error {
	for _, start := range []func() (*liveServer, error){startPostgres, startMariaDB} {
		s, err := start()
		if err == nil {
			err = b.database(s)
		}
		s.end()
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) database(s *liveServer) error {
	if err := os.Setenv("SHOPTWIN_PASSWORD", password); err != nil { // of the programs that are run
		return err
	}
	defer os.Unsetenv("SHOPTWIN_PASSWORD")
	for _, check := range []func(*liveServer) error{b.typesOf, b.namesOf, b.refusedBy, b.streamOf, b.stoppedAt, b.killedAt} {
		if err := check(s); err != nil {
			return err
		}
	}
	return nil
}

// imported imports from a server and returns the dataset written as CSV.
func (b *bench) imported(s *liveServer, home string, args ...string) (text string, err error) {
	var reply map[string]any
	if _, err := b.result(&reply, append([]string{"import", s.address, "--project", "p", "--as", "d", "--home", home}, args...)...); err != nil {
		return "", err
	}
	out := filepath.Join(home, "d.csv")
	if _, err := b.result(&reply, "export", "--project", "p", "--dataset", "d", "--out", out, "--home", home, "--no-formula-guard"); err != nil {
		return "", err
	}
	content, err := os.ReadFile(out)
	return string(content), err
}

// typesOf: every type that shops use, NULL in each, and a zone of time.
func (b *bench) typesOf(s *liveServer) error {
	postgres := `CREATE TABLE types (id integer, big bigint, price numeric(30,10), exact numeric(12,2), ratio double precision, yes boolean, name text, code char(4),
		day date, at timestamp, zoned timestamptz(0), took interval, raw bytea, doc jsonb, tags text[], uid uuid, cash money);
		INSERT INTO types VALUES (1, 9007199254740993, 12345678901234567890.0123456789, 12.50, 0.1, true, E'苹果 "x", \nl2', 'ab', '2024-03-05', '2024-03-05 14:30:00', '2024-03-05 14:30:00+08', '1 day 02:00', '\x00ff', '{"a": [1]}', '{a,b}', '00000000-0000-0000-0000-000000000001', 1234.5),
		(2, -5, 1, 7, 1e300, false, 'NA', NULL, '2024-12-31', '2024-01-01 00:00:00', '2024-01-01 00:00:00+00', NULL, NULL, NULL, NULL, NULL, -0.01),
		(3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);`
	maria := `CREATE TABLE types (id int, big bigint unsigned, price decimal(30,10), exact decimal(12,2), ratio double, yes bit(1), name text, code char(4),
		day date, at datetime, zoned timestamp NULL, took time, raw varbinary(9), doc json, kind enum('x','y'), y year, small float);
		INSERT INTO types VALUES (1, 18446744073709551615, 12345678901234567890.0123456789, 12.50, 0.1, b'1', '苹果 "x", \nl2', 'ab', '2024-03-05', '2024-03-05 14:30:00', '2024-03-05 14:30:00', '26:00:00', x'00ff', '{"a": [1]}', 'x', 2024, 0.1),
		(2, 5, 1, 7, 1e300, b'0', 'NA', NULL, '2024-12-31', '2024-01-01 00:00:00', '2024-01-01 08:00:00', NULL, NULL, NULL, 'y', NULL, NULL),
		(3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);`
	want := []string{"9007199254740993", "12345678901234567890.0123456789", ",12.50,", ",0.1", ",true,", "\"苹果 \"\"x\"\", \nl2\"", "2024-03-05,2024-03-05 14:30:00,2024-03-05T06:30:00Z", `\x00ff`, `"{""a"": [1]}"`, "1234.50", "\n3" + strings.Repeat(",", 16) + "\n", "2024-01-01T00:00:00Z"}
	script := postgres
	if s.name == "MariaDB" {
		script, want = maria, []string{"18446744073709551615", "12345678901234567890.0123456789", ",12.50,", ",0.1", "\"苹果 \"\"x\"\", \nl2\"", "2024-03-05,2024-03-05 14:30:00,2024-03-05T06:30:00Z", "26:00:00", `\x00ff`, `"{""a"": [1]}"`, "\n3" + strings.Repeat(",", 16) + "\n", "2024-01-01T00:00:00Z"}
	}
	if err := s.sql(script); err != nil {
		return err
	}
	home := filepath.Join(b.dir, "types-"+s.name)
	text, err := b.imported(s, home, "--table", "types")
	if err != nil {
		return err
	}
	var lost []string
	for _, w := range want {
		if !strings.Contains(text, w) {
			lost = append(lost, strconv.Quote(w))
		}
	}
	figure := fmt.Sprintf("%d of %d values as they were", len(want)-len(lost), len(want))
	if lost != nil {
		figure += ", not " + strings.Join(lost, " ") + " in " + strconv.Quote(text)
	}
	b.add(s.name+": types, NULL, time zones", figure, "all", lost == nil)
	leaks := 0
	err = filepath.WalkDir(home, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if bytes.Contains(content, []byte(password)) {
			leaks++
		}
		return err
	})
	b.add(s.name+": the password in what is stored", fmt.Sprint(leaks, " files"), "none", leaks == 0)
	return err
}

// namesOf: names of tables and columns that would like to be statements.
func (b *bench) namesOf(s *liveServer) error {
	q := `"`
	if s.name == "MariaDB" {
		q = "`"
	}
	name := `x' OR 1=1; DROP TABLE types; -- ` + q
	quoted := q + strings.ReplaceAll(name, q, q+q) + q
	if err := s.sql("CREATE TABLE " + quoted + " (" + quoted + " int); INSERT INTO " + quoted + " VALUES (7), (8);"); err != nil {
		return err
	}
	text, err := b.imported(s, filepath.Join(b.dir, "names-"+s.name), "--table", name)
	ok := err == nil && strings.HasSuffix(text, "\n7\n8\n")
	if gone := s.sql("SELECT count(*) FROM types;"); gone != nil {
		ok, err = false, gone
	}
	b.add(s.name+": a name that is a statement", fmt.Sprintf("%q, %v", text, err), "a table like others", ok)
	return nil
}

// refusedBy: what must not work, with words and without the password.
func (b *bench) refusedBy(s *liveServer) error {
	home := filepath.Join(b.dir, "refused-"+s.name)
	ok, said := true, []string{}
	for _, c := range []struct{ env, what, arg string }{
		{password, "--query", "DELETE FROM types"}, {password, "--query", "DROP TABLE types"}, {password, "--query", "SELECT 1; DROP TABLE types"},
		{password, "--query", "SELEC 1"}, {password, "--table", "types; DROP TABLE types"}, {password, "--table", "none"}, {"wrong-" + password, "--table", "types"}, {password, "--query", "SELECT * FROM types WHERE 1 = 0"},
	} {
		r, err := run(context.Background(), []string{"SHOPTWIN_PASSWORD=" + c.env}, "", b.bin, "import", s.address, c.what, c.arg, "--project", "p", "--home", home, "--quiet")
		if err != nil {
			return err
		}
		if good := r.code == 1 && strings.Contains(r.err, "→") && strings.Contains(r.err, "127.0.0.1:"+s.port) && !strings.Contains(r.err+r.out, password) && !strings.Contains(r.err, "goroutine"); !good {
			ok, said = false, append(said, fmt.Sprintf("%s: exit %d %s", c.arg, r.code, strings.TrimSpace(r.err)))
		}
	}
	r, err := run(context.Background(), nil, "", b.bin, "import", strings.Replace(s.address, "shop@", "shop:"+password+"@", 1), "--project", "p", "--home", home)
	if err != nil {
		return err
	}
	ok = ok && r.code == 1 && !strings.Contains(r.err, password)
	if err := s.sql("SELECT count(*) FROM types;"); err != nil {
		ok, said = false, append(said, err.Error())
	}
	b.add(s.name+": writing, two statements, wrong names and passwords", fmt.Sprintf("9 refused but for %q", said), "words, a way out, no password, nothing written", ok)
	b.nothingLeft(s.name+": refused", home)
	return nil
}
