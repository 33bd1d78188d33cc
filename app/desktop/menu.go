//go:build desktop && production && !bindings

package desktop

import (
	"context"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/wailsapp/wails/v2/pkg/menu"
	"github.com/wailsapp/wails/v2/pkg/menu/keys"
	dialog "github.com/wailsapp/wails/v2/pkg/runtime"

	"shoptwin/app"
)

// The words of the menus; the page has its own, and knows what is chosen by
// the key before the word.
type item struct{ key, en, zh string }

var menus = []struct {
	item
	items []item
}{
	{item{"", "File", "文件"}, []item{
		{"new", "New project…", "新建项目…"}, {"archive", "Open a project file…", "打开项目文件…"}, {"files", "Import tables…", "导入表…"}, {},
		{"export", "Save project as one file…", "将项目存为一个文件…"}, {"print", "Print…", "打印…"}, {}, {"quit", "Quit", "退出"},
	}},
	{item{"", "Edit", "编辑"}, []item{{"undo", "Undo the last change", "撤销上一个改动"}, {"find", "Find a command…", "查找命令…"}}},
	{item{"", "Go", "前往"}, []item{
		{"go:start", "Start", "开始"}, {"go:data", "Data", "数据"}, {"go:prepare", "Prepare", "准备"}, {"go:synthesize", "Synthesize", "合成"}, {"go:quality", "Quality", "质量"},
		{"go:recommend", "Recommend", "推荐"}, {"go:promote", "Promote", "促销"}, {"go:export", "Export", "导出"}, {"go:runs", "Runs", "运行"}, {"go:settings", "Settings", "设置"},
	}},
	{item{"", "View", "视图"}, []item{{"bigger", "Larger text", "放大文字"}, {"smaller", "Smaller text", "缩小文字"}, {"jobs", "All jobs", "所有任务"}}},
	{item{"", "Help", "帮助"}, []item{{"shortcuts", "Keyboard shortcuts", "键盘快捷键"}}},
}

// build makes the menus in a language. Keys are left to the page, which has
// them in a browser as well; but for quitting, which a page cannot.
func build(lang string, chosen func(key string)) *menu.Menu {
	word := func(i item) string {
		if lang == "zh-CN" {
			return i.zh
		}
		return i.en
	}
	out := menu.NewMenu()
	if runtime.GOOS == "darwin" {
		out.Append(menu.AppMenu())
		out.Append(menu.EditMenu()) // without it nothing can be copied there
	}
	for _, m := range menus {
		sub := out.AddSubmenu(word(m.item))
		for _, i := range m.items {
			switch i.key {
			case "":
				sub.AddSeparator()
			case "quit":
				sub.AddText(word(i), keys.CmdOrCtrl("q"), func(*menu.CallbackData) { chosen(i.key) })
			default:
				sub.AddText(word(i), nil, func(*menu.CallbackData) { chosen(i.key) })
			}
		}
	}
	return out
}

// language is that of the settings, or of the system.
func language(s app.Settings) string {
	if s.Language != "" {
		return s.Language
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			if strings.HasPrefix(v, "zh") {
				return "zh-CN"
			}
			break
		}
	}
	return "en"
}

// chosen tells the page what was chosen in a menu.
func (w *Window) chosen(key string) {
	if key == "quit" {
		dialog.Quit(w.ctx)
		return
	}
	dialog.EventsEmit(w.ctx, "menu", key)
}

// SaveSettings keeps settings, as the app does, and puts the menus into their
// language. On Linux they keep theirs until the next start: Wails makes a second
// menu bar there that it does not show, and forgets what the entries of the
// first one do, so that choosing one would end the program (v2.16.0, menu.go).
func (w *Window) SaveSettings(s app.Settings) (app.Settings, error) {
	before := language(w.Calls.Settings())
	out, err := w.Calls.SaveSettings(s)
	if err == nil && language(out) != before && w.ctx != nil && runtime.GOOS != "linux" {
		dialog.MenuSetApplicationMenu(w.ctx, build(language(out), w.chosen))
		dialog.MenuUpdateApplicationMenu(w.ctx)
	}
	return out, err
}

// begin puts the window where it lay, and listens for archives that a second
// program was asked to open.
func (w *Window) begin(ctx context.Context, s state) {
	w.ctx = ctx
	if s.X >= 0 && !s.Maximised {
		if screens, err := dialog.ScreenGetAll(ctx); err == nil {
			for _, screen := range screens {
				if at := s.on(screen.Size.Width, screen.Size.Height); screen.IsCurrent && at.X >= 0 {
					dialog.WindowSetPosition(ctx, at.X, at.Y)
				}
			}
		}
	}
	go func() {
		for tick := time.NewTicker(time.Second); ; {
			select {
			case <-ctx.Done():
				tick.Stop()
				return
			case <-tick.C:
			}
			if archive := requested(w.home); archive != "" {
				dialog.WindowUnminimise(ctx)
				dialog.WindowShow(ctx)
				w.chosen("open:" + archive)
			}
		}
	}()
}

// end keeps how the window lies.
func (w *Window) end(ctx context.Context) (prevent bool) {
	s := readState(w.home)
	if s.Maximised = dialog.WindowIsMaximised(ctx); !s.Maximised {
		s.Width, s.Height = dialog.WindowGetSize(ctx)
		s.X, s.Y = dialog.WindowGetPosition(ctx)
	}
	s.keep(w.home)
	return false
}
