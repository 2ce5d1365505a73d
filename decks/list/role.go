package list

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kartei/decks/wordset"
)

// A Role is what a column is for.
type Role string

// The roles; a column without one is kept in the table, and no card shows it.
const (
	None     Role = ""
	Front    Role = "front"
	Back     Role = "back"
	ID       Role = "id"
	Note     Role = "note"
	Hint     Role = "hint"
	Tags     Role = "tags"
	Source   Role = "source"
	Evidence Role = "evidence"
	AsOf     Role = "as-of"
)

var allRoles = []Role{Front, Back, ID, Note, Hint, Tags, Source, Evidence, AsOf}

// Names of columns, in the languages of lists that are about.
var (
	frontNames = wordset.New(`front term word words question prompt expression vocabulary vocab kanji hanzi phrase wort vokabel begriff frage vorderseite
		mot question terme recto palabra término termino pregunta anverso parola termine domanda fronte palavra pergunta frente woord vraag begrip
		ord slovo otázka słowo pytanie szó kérdés слово термин вопрос слова 単語 問題 表 語 单词 词语 问题 汉字 단어 질문 כלمة كلمة سؤال 용어`)
	backNames = wordset.New(`back definition definitions meaning meanings answer answers translation translations gloss antwort bedeutung übersetzung definition rückseite
		réponse reponse traduction signification définition verso respuesta traducción traduccion significado definición reverso risposta traduzione
		significato retro resposta tradução traducao definição verso antwoord vertaling betekenis översättning svar překlad odpověď tłumaczenie odpowiedź
		znaczenie definicja jelentés válasz перевод ответ значение определение 意味 答え 答 裏 翻訳 释义 意思 答案 翻译 뜻 답 의미 번역 معنى إجابة الترجمة`)
	noteNames   = wordset.New("note notes extra extras comment comments remark remarks explanation notiz notizen anmerkung bemerkung erklärung nota notas remarque commentaire заметка примечание 備考 备注")
	hintNames   = wordset.New("hint hints hinweis tipp pista indice подсказка ヒント 提示")
	tagNames    = wordset.New("tag tags schlagwort schlagwörter schlagworte étiquettes etiquetas теги タグ 标签")
	sourceNames = wordset.New("source sources quelle fuente fonte источник 出典 来源")

	// languages tell a header, but not which column is asked for.
	languages = wordset.New(`english german french spanish italian portuguese dutch swedish norwegian danish finnish polish czech russian ukrainian greek latin turkish
		arabic hebrew persian hindi chinese mandarin japanese korean vietnamese thai indonesian hungarian romanian esperanto irish welsh catalan
		deutsch englisch französisch spanisch italienisch latein griechisch russisch anglais français allemand espagnol inglés español alemán francés
		inglese italiano tedesco francese português inglês русский английский немецкий 日本語 英語 中文 英文 한국어 영어
		en de fr es it pt nl sv pl cs ru uk el la tr ar he zh ja ko`)
	otherNames = wordset.New(`id guid uid key no nr num number rank index pos type level lesson chapter unit topic theme category categories deck group reading kana
		hiragana katakana romaji pinyin pronunciation ipa transcription transliteration audio sound image picture gender article plural singular example examples
		sentence frequency freq difficulty date language kategorie thema lektion kapitel beispiel aussprache artikel wortart ejemplo categoría ejemplos catégorie
		exemple exemples genre niveau link url part_of_speech wordclass strokes onyomi kunyomi jlpt hsk # nr.`)
)

// roleNamed returns what a column of a name is for, and whether the name is known.
func roleNamed(name string) (Role, bool) {
	name = strings.ToLower(strings.TrimSpace(strings.Trim(strings.TrimSpace(name), `"*:`)))
	for _, known := range []struct {
		role  Role
		names *wordset.Set
	}{{Front, frontNames}, {Back, backNames}, {Note, noteNames}, {Hint, hintNames}, {Tags, tagNames}, {Source,
		sourceNames}} {
		if known.names.Has(name) {
			return known.role, true
		}
	}
	if name == "as-of" || name == "evidence" || name == "id" {
		return Role(name), true
	}
	return None, languages.Has(name) || otherNames.Has(name)
}

// parseColumns reads "front=1,back=meaning": roles with the numbers or names of
// their columns.
func parseColumns(text string, names []string) (map[Role]int, error) {
	roles := map[Role]int{}
	for part := range strings.SplitSeq(text, ",") {
		role, column, ok := strings.Cut(strings.TrimSpace(part), "=")
		if !ok || !slices.Contains(allRoles, Role(role)) {
			return nil, fmt.Errorf("--columns %s: write front=1,back=2, and so for %s", part, joinRoles(allRoles[2:]))
		}
		n, err := strconv.Atoi(column)
		if err != nil {
			n = 1 + slices.IndexFunc(names, func(name string) bool { return strings.EqualFold(strings.TrimSpace(name), column) })
		}
		if n < 1 || n > len(names) {
			return nil, fmt.Errorf("--columns %s: the list has %d columns and none called %s", part, len(names), column)
		}
		if _, twice := roles[Role(role)]; twice {
			return nil, fmt.Errorf("--columns %s: %s stands there twice", part, role)
		}
		roles[Role(role)] = n - 1
	}
	front, asked := roles[Front]
	back, answered := roles[Back]
	if !asked || !answered || front == back {
		return nil, fmt.Errorf("--columns needs front and back, which are two columns")
	}
	return roles, nil
}

func joinRoles(roles []Role) string {
	var words []string
	for _, r := range roles {
		words = append(words, string(r))
	}
	return strings.Join(words, ", ")
}
