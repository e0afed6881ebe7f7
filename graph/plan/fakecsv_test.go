package plan_test

import (
	"context"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/journal"
)

type fakeApplyCsvPayload struct{ world }

func (w world) ApplyCsvPayload() gen.ApplyCsvPayloadResolver { return fakeApplyCsvPayload{w} }

func (f fakeApplyCsvPayload) Change(_ context.Context, obj *model.ApplyCSVPayload) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "ApplyCsvPayload.Change", obj)
}

func (f fakeApplyCsvPayload) Quota(_ context.Context, obj *model.ApplyCSVPayload) (*account.Quota, error) {
	return answered[*account.Quota](f.world, "ApplyCsvPayload.Quota", obj)
}

func (f fakeMutation) PlanCSV(_ context.Context, input model.PlanCSVInput) (*model.PlanCSVPayload, error) {
	return answered[*model.PlanCSVPayload](f.world, "Mutation.PlanCSV", input)
}

func (f fakeMutation) ApplyCSV(_ context.Context, input model.ApplyCSVInput) (*model.ApplyCSVPayload, error) {
	return answered[*model.ApplyCSVPayload](f.world, "Mutation.ApplyCSV", input)
}
