package cli
import ("testing";"strings";"io")
func BenchmarkMain(b *testing.B){
 for b.Loop(){ Main([]string{"--collection","/tmp/h3/.local/share/kartei/collection.db","review","nato-en","--plain"}, strings.NewReader(""), io.Discard, io.Discard) }
}
