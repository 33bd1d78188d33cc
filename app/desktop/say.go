//go:build desktop && production && !bindings

package desktop

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"os"
	"strings"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/logger"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	dialog "github.com/wailsapp/wails/v2/pkg/runtime"

	"shoptwin/app"
	"shoptwin/core"
)

// Say shows in a small window why there is no large one: who starts Shoptwin
// from a menu sees no terminal. It returns when the window is closed, or at
// once where no window can be shown.
func Say(ctx context.Context, err error) {
	if ready() != nil {
		return
	}
	p := app.ProblemOf(err)
	title, zh := "Shoptwin cannot start", strings.HasPrefix(os.Getenv("LC_ALL")+os.Getenv("LANG"), "zh")
	switch {
	case core.KindOf(err) == core.Conflict && zh:
		title, p.Hint = "Shoptwin is in use · 已在使用中", "另一个 Shoptwin 正在使用这个文件夹。请先关闭它，或用 --home 指定另一个文件夹。"
	case core.KindOf(err) == core.Conflict:
		title = "Shoptwin is in use already"
	}
	page := fmt.Sprintf(`<!doctype html><html><meta charset="utf-8"><title>Shoptwin</title>
<style>:root{color-scheme:light dark}body{font:14px/1.6 "Segoe UI",system-ui,"Noto Sans CJK SC",sans-serif;margin:28px 32px;overflow-wrap:anywhere}h1{font-size:18px;margin:0 0 8px}</style>
<body><h1>%s</h1><p>%s</p><p>%s</p></body></html>`, html.EscapeString(title), html.EscapeString(p.Message), html.EscapeString(p.Hint))
	_ = wails.Run(&options.App{ // there is nobody else to tell
		Title: title, Width: 520, Height: 240, DisableResize: true,
		AssetServer: &assetserver.Options{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, page)
		})},
		LogLevel: logger.ERROR, LogLevelProduction: logger.ERROR,
		OnStartup: func(own context.Context) { context.AfterFunc(ctx, func() { dialog.Quit(own) }) },
		Linux:     &linux.Options{ProgramName: "shoptwin", WebviewGpuPolicy: linux.WebviewGpuPolicyOnDemand},
	})
}
