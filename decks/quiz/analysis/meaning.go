package analysis

// A Meaning says in a sentence what a figure is.
type Meaning struct{ Name, Text string }

// Meanings are those of all figures of a report, the test's first.
var Meanings = []Meaning{
	{"Mean, median", "The average total, and the total that half of the students reach."},
	{"Deviation", "How far totals (or the marks on one question, in per cent) lie from their mean, typically; a question with little tells nobody from nobody."},
	{"Skewness", "Below 0 the totals trail off towards the bottom, above 0 towards the top; from -1 to 1 is usual."},
	{"Kurtosis", "Above 0 most totals are alike and a few far off, below 0 they are spread evenly; above 1 the test tells the middle badly apart."},
	{"Reliability α, KR-20", "How alike the students' order would be in a second test like this: above 75 % is satisfactory, below 64 % is not."},
	{"Error ratio", "How much of the spread of the totals is chance: best below 50 %."},
	{"Standard error", "By how many marks one student's total would vary in a second test: two totals closer than that are the same."},
	{"Facility", "The average mark on a question: 100 % is easy; 35 to 64 % tells students apart best."},
	{"Discrimination", "The correlation of a question with the rest of the test: above 30 % is good; below 0 those who do well get it wrong, so look at the key."},
	{"Efficiency", "Discrimination as a share of the most that a question so hard can have: it is fair to very easy and very hard questions."},
	{"U-L", "How many more of the best 27 % than of the worst 27 % have it right."},
	{"Logits", "How hard a question is on a scale without ends (Rasch): 0 is the average of this test, each step up divides the odds by 2.7."},
	{"Weight meant", "The share of all marks that a question is worth."},
	{"Weight had", "The share that it has in telling students apart; nothing where those who do well get it wrong. Far below what was meant, it decides little."},
	{"Random guess", "What blind guessing earns on a question: above 40 % is too much."},
	{"Interval", "With another class of the same kind the figure would mostly (95 %) lie between the two in brackets."},
}
