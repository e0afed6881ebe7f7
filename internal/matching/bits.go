package matching

import (
	"math"
	"strconv"
)

// Bits is the weight of a reason: one more bit doubles the odds that a record is an organization.
// The unit is a quarter bit, which is exact in binary floating point and in print, so the weights
// that people see add up exactly to the score.
type Bits int32

// perBit is the number of Bits in one bit.
const perBit = 4

// bitsOf returns bits rounded to the nearest quarter.
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
