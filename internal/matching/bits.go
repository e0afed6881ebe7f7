package matching

import (
	"math"
	"strconv"
)

// Bits weigh a reason: one more doubles the odds that a record is an organization. They are counted in quarters, which are exact
// both in binary floating point and in print, so that the weights that a person sees add up to the score to the digit.
type Bits int32

// perBit is how many Bits one bit is.
const perBit = 4

// bitsOf rounds to the nearest quarter.
func bitsOf(bits float64) Bits { return Bits(math.Round(bits * perBit)) }

// Float returns the number of bits.
func (b Bits) Float() float64 { return float64(b) / perBit }

// String returns the bits with their sign, as explanations show them.
func (b Bits) String() string {
	text := strconv.FormatFloat(b.Float(), 'f', -1, 64)
	if b > 0 {
		return "+" + text
	}
	return text
}

// times returns the bits multiplied by a factor, rounded.
func (b Bits) times(factor float64) Bits { return Bits(math.Round(float64(b) * factor)) }
