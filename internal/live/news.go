package live

import (
	"errors"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// News is a notification that something of an account was committed. It has no content; receivers read the source.
// Without a position and a run it only says that something may have changed.
type News struct {
	AccountID uuid.UUID
	Position  int64     // of the newest change in the account's journal; 0: none
	RunID     uuid.UUID // the run that changed; uuid.Nil: none
	Sequence  int64     // of RunID's newest state; 0 without RunID
	Origin    string    // trace of the write, for HubOptions.Published; not sent to Redis
}

const (
	channelStart = "orgmap:{" // in a Redis cluster, the text in braces determines the slot
	channelEnd   = "}"
)

var errGarbage = errors.New("live: not a piece of news")

// channels names the channels of a line's accounts.
type channels struct{ start, end string }

// plainChannels returns the channel names for a Redis that is not a cluster.
func plainChannels() channels { return channels{channelStart, channelEnd} }

// shardChannels returns channel names that keep all channels of a line in one slot of a Redis cluster, so that one
// connection can hold them.
func shardChannels(line int) channels {
	return channels{channelStart + strconv.Itoa(line) + channelEnd + ":", ""}
}

func (c channels) name(accountID uuid.UUID) string { return c.start + accountID.String() + c.end }

func (c channels) account(channel string) (uuid.UUID, error) {
	accountID, err := uuid.Parse(strings.TrimSuffix(strings.TrimPrefix(channel, c.start), c.end))
	if err != nil || c.name(accountID) != channel {
		return uuid.Nil, errGarbage
	}
	return accountID, nil
}

// payload returns the text sent on the account's channel: "position" or "position run sequence".
func (n News) payload() string {
	position := strconv.FormatInt(n.Position, 10)
	if n.RunID == uuid.Nil {
		return position
	}
	return position + " " + n.RunID.String() + " " + strconv.FormatInt(n.Sequence, 10)
}

// parseNews accepts exactly what payload writes. Any client may publish on a channel, so parseNews does not guess.
func parseNews(accountID uuid.UUID, payload string) (News, error) {
	news := News{AccountID: accountID}
	position, run, moved := strings.Cut(payload, " ")
	var err error
	if news.Position, err = strconv.ParseInt(position, 10, 64); err != nil {
		return News{}, errGarbage
	}
	if moved {
		id, sequence, _ := strings.Cut(run, " ")
		if news.RunID, err = uuid.Parse(id); err != nil {
			return News{}, errGarbage
		}
		if news.Sequence, err = strconv.ParseInt(sequence, 10, 64); err != nil {
			return News{}, errGarbage
		}
	}
	if news.Position < 0 || news.Sequence < 0 || news.payload() != payload {
		return News{}, errGarbage
	}
	return news, nil
}
