package live

import (
	"errors"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// Notification is a notification that something of an account was committed. It has no content; receivers read the
// source. Without a position and a run it only says that something may have changed.
type Notification struct {
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

var errMalformed = errors.New("live: malformed notification")

// channels names the channels of a connection's accounts.
type channels struct{ start, end string }

// plainChannels returns the channel names for a Redis that is not a cluster.
func plainChannels() channels { return channels{channelStart, channelEnd} }

// shardChannels returns channel names that keep all channels of a connection in one slot of a Redis cluster, so that
// one connection can hold them.
func shardChannels(shard int) channels {
	return channels{channelStart + strconv.Itoa(shard) + channelEnd + ":", ""}
}

func (c channels) name(accountID uuid.UUID) string { return c.start + accountID.String() + c.end }

func (c channels) account(channel string) (uuid.UUID, error) {
	accountID, err := uuid.Parse(strings.TrimSuffix(strings.TrimPrefix(channel, c.start), c.end))
	if err != nil || c.name(accountID) != channel {
		return uuid.Nil, errMalformed
	}
	return accountID, nil
}

// payload returns the text sent on the account's channel: "position" or "position run sequence".
func (n Notification) payload() string {
	position := strconv.FormatInt(n.Position, 10)
	if n.RunID == uuid.Nil {
		return position
	}
	return position + " " + n.RunID.String() + " " + strconv.FormatInt(n.Sequence, 10)
}

// parseNotification accepts exactly what payload writes. Any client may publish on a channel, so parseNotification does
// not guess.
func parseNotification(accountID uuid.UUID, payload string) (Notification, error) {
	notification := Notification{AccountID: accountID}
	position, run, moved := strings.Cut(payload, " ")
	var err error
	if notification.Position, err = strconv.ParseInt(position, 10, 64); err != nil {
		return Notification{}, errMalformed
	}
	if moved {
		id, sequence, _ := strings.Cut(run, " ")
		if notification.RunID, err = uuid.Parse(id); err != nil {
			return Notification{}, errMalformed
		}
		if notification.Sequence, err = strconv.ParseInt(sequence, 10, 64); err != nil {
			return Notification{}, errMalformed
		}
	}
	if notification.Position < 0 || notification.Sequence < 0 || notification.payload() != payload {
		return Notification{}, errMalformed
	}
	return notification, nil
}
