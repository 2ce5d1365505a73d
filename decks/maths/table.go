package maths

import (
	"maps"
	"strings"
	"sync"
)

// symbols returns the commands that stand for a character. The tables of this
// file are made when the first formula is shown.
var symbols = sync.OnceValue(func() map[string]string {
	table := pairs(`
		alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ
		lambda λ mu μ nu ν xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ
		phi ϕ varphi φ chi χ psi ψ omega ω
		Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω
		pm ± mp ∓ times × div ÷ cdot · ast ∗ star ⋆ circ ∘ bullet • oplus ⊕ ominus ⊖ otimes ⊗ odot ⊙
		dagger † ddagger ‡ cap ∩ cup ∪ sqcap ⊓ sqcup ⊔ vee ∨ lor ∨ wedge ∧ land ∧ setminus ∖ wr ≀ uplus ⊎
		leq ≤ le ≤ geq ≥ ge ≥ neq ≠ ne ≠ equiv ≡ sim ∼ simeq ≃ approx ≈ cong ≅ propto ∝ ll ≪ gg ≫ asymp ≍
		doteq ≐ prec ≺ succ ≻ preceq ⪯ succeq ⪰ subset ⊂ supset ⊃ subseteq ⊆ supseteq ⊇ in ∈ notin ∉ ni ∋
		vdash ⊢ dashv ⊣ models ⊨ perp ⊥ mid ∣ nmid ∤ parallel ∥ nparallel ∦
		leftarrow ← gets ← rightarrow → to → leftrightarrow ↔ Leftarrow ⇐ Rightarrow ⇒ Leftrightarrow ⇔
		iff ⟺ implies ⟹ impliedby ⟸ mapsto ↦ uparrow ↑ downarrow ↓ updownarrow ↕ Uparrow ⇑ Downarrow ⇓
		longrightarrow ⟶ longleftarrow ⟵ longmapsto ⟼ hookrightarrow ↪ hookleftarrow ↩
		rightharpoonup ⇀ rightharpoondown ⇁ rightleftharpoons ⇌ nearrow ↗ searrow ↘ swarrow ↙ nwarrow ↖
		sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ bigcap ⋂ bigcup ⋃ bigvee ⋁ bigwedge ⋀
		bigoplus ⨁ bigotimes ⨂ infty ∞ partial ∂ nabla ∇ forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬
		emptyset ∅ varnothing ∅ aleph ℵ hbar ℏ ell ℓ Re ℜ Im ℑ wp ℘ angle ∠ triangle △ square □ Box □
		diamond ⋄ top ⊤ bot ⊥ therefore ∴ because ∵ prime ′ degree ° ldots … dots … cdots ⋯ vdots ⋮ ddots ⋱
		colon : lbrace { rbrace } langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ vert | Vert ‖
		lvert | rvert | lVert ‖ rVert ‖ backslash \ checkmark ✓ complement ∁ imath ı jmath ȷ
		{ { } } % % $ $ # # & & _ _ | ‖`)
	maps.Copy(table, map[string]string{
		",": " ", ":": " ", ";": " ", " ": " ", "!": "", "quad": " ", "qquad": " ",
		"displaystyle": "", "textstyle": "", "limits": "", "nolimits": "",
	})
	return table
})

// pairs reads "name symbol name symbol …".
func pairs(list string) map[string]string {
	table := map[string]string{}
	fields := strings.Fields(list)
	for i := 0; i < len(fields); i += 2 {
		table[fields[i]] = fields[i+1]
	}
	return table
}

// functions are the commands that are words.
var functions = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for name := range strings.FieldsSeq(`sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth
		exp log ln lg lim limsup liminf max min sup inf arg deg det dim gcd hom ker mod Pr`) {
		words[name] = true
	}
	return words
})

// accents are the commands that put a mark on their argument.
var accents = sync.OnceValue(func() map[string]rune {
	return map[string]rune{
		"hat": '\u0302', "widehat": '\u0302', "bar": '\u0304', "overline": '\u0305', "vec": '\u20d7', "dot": '\u0307',
		"ddot": '\u0308', "tilde": '\u0303', "widetilde": '\u0303', "acute": '\u0301', "grave": '\u0300',
		"check": '\u030c',
		"breve": '\u0306', "underline": '\u0332',
	}
})

// alphabets are the commands that change the letters of their argument.
var alphabets = sync.OnceValue(func() map[string]map[rune]rune {
	return map[string]map[rune]rune{
		"mathbb":   letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ01", "𝔸𝔹ℂ𝔻𝔼𝔽𝔾ℍ𝕀𝕁𝕂𝕃𝕄ℕ𝕆ℙℚℝ𝕊𝕋𝕌𝕍𝕎𝕏𝕐ℤ𝟘𝟙"),
		"mathcal":  letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "𝒜ℬ𝒞𝒟ℰℱ𝒢ℋℐ𝒥𝒦ℒℳ𝒩𝒪𝒫𝒬ℛ𝒮𝒯𝒰𝒱𝒲𝒳𝒴𝒵"),
		"mathfrak": letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "𝔄𝔅ℭ𝔇𝔈𝔉𝔊ℌℑ𝔍𝔎𝔏𝔐𝔑𝔒𝔓𝔔ℜ𝔖𝔗𝔘𝔙𝔚𝔛𝔜ℨ"),
	}
})

var superscripts = sync.OnceValue(func() map[rune]rune {
	return letters("0123456789+−-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ∘′*∗",
		"⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡ°′**")
})

var subscripts = sync.OnceValue(func() map[rune]rune {
	return letters("0123456789+−-=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ")
})

// letters maps the characters of from to those of to.
func letters(from, to string) map[rune]rune {
	table := map[rune]rune{}
	target := []rune(to)
	for i, r := range []rune(from) {
		table[r] = target[i]
	}
	return table
}

// fractions are those that are one character.
var fractions = sync.OnceValue(func() map[string]string {
	return pairs("1/2 ½ 1/3 ⅓ 2/3 ⅔ 1/4 ¼ 3/4 ¾ 1/5 ⅕ 2/5 ⅖ 3/5 ⅗ 4/5 ⅘ 1/6 ⅙ 5/6 ⅚ 1/7 ⅐ 1/8 ⅛ 3/8 ⅜ 5/8 ⅝ 7/8 ⅞ 1/9 ⅑ 1/10 ⅒")
})

// Script writes a text raised or lowered; it returns false if there is a
// character in it for which Unicode has no such form.
func Script(text string, raised bool) (string, bool) {
	table := subscripts()
	if raised {
		table = superscripts()
	}
	var out strings.Builder
	for _, r := range text {
		s, ok := table[r]
		if !ok {
			return text, false
		}
		out.WriteRune(s)
	}
	return out.String(), text != ""
}
