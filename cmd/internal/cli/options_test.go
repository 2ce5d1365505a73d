package cli

import (
	"testing"

	"kartei/scheduler"
)

// Every word that completion offers for an option is one that the option takes.
func TestOptionsTakeWhatCompletionOffers(t *testing.T) {
	for name, values := range optionValues {
		for _, value := range values {
			o := scheduler.Defaults()
			if err := o.Set(name, value); err != nil {
				t.Errorf("--%s %s: %v", name, value, err)
			}
		}
	}
}
