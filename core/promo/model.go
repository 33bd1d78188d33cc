package promo

import (
	"context"
	"io"

	"shoptwin/core"
)

type Model struct{}

func Fit(ctx context.Context, p *Panel, cfg Config, report func(core.Progress)) (*Model, error) {
	return nil, nil
}
func Backtest(ctx context.Context, p *Panel, weeks int, cfg Config, report func(core.Progress)) (*BacktestReport, error) {
	return nil, nil
}
func (m *Model) WhatIf(p Plan) (*Outcome, error)                              { return nil, nil }
func (m *Model) Curve(item, store string, feature, display bool) []CurvePoint { return nil }
func (m *Model) Elasticities() []Elasticity                                   { return nil }
func (m *Model) View(weeks int) PanelView                                     { return PanelView{} }
func (m *Model) Write(w io.Writer) error                                      { return nil }
func Read(r io.Reader) (*Model, error)                                        { return nil, nil }
