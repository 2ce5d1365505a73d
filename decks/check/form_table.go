package check

import "kartei/decks"

// tableForms are the rules of form about fact tables. The compiler checks them.
var tableForms = []*Rule{
	{Name: "almost-a-table", Severity: decks.Warning,
		Title: "lines with bars look like a table and are read as prose",
		Text: `
A table needs a line of dashes below its head: "|---|---|". Without it neither Kartei nor a web page
shows a table.`,
		Bad:  "\n| country | capital |\n| Austria | Vienna  |\n",
		Good: "\n| country | capital |\n|---------|---------|\n| Austria | Vienna  |\n\nQ: What is the capital of {country}?\nA: {capital}\n"},
	{Name: "table-without-template", Severity: decks.Warning,
		Title: "a table with ids makes no cards as long as no question names its columns",
		Text: `
Below the table, in the same section, write a question that names columns in braces: each row then
makes a card. A table without a column "id" is taken for one to be read only.`,
		Bad:  "\n| id | country | capital |\n|----|---------|---------|\n| at | Austria | Vienna  |\n",
		Good: "\n| id | country | capital |\n|----|---------|---------|\n| at | Austria | Vienna  |\n\nQ: What is the capital of {country}?\nA: {capital}\n"},
	{Name: "template-above-table", Severity: decks.Error,
		Title: "a question that names columns stands below their table",
		Text: `
The questions of a table follow it in the same section. Move the fact below the table.`,
		Bad:  "\nQ: What is the capital of {country}?\nA: {capital}\n\n| country | capital |\n|---------|---------|\n| Austria | Vienna  |\n",
		Good: "\n| country | capital |\n|---------|---------|\n| Austria | Vienna  |\n\nQ: What is the capital of {country}?\nA: {capital}\n"},
	{Name: "absent-column", fix: fixColumn, Severity: decks.Error,
		Title: "a name in braces is not a column of the table, so nothing can be put there",
		Text: `
The names in braces are those in the head of the table, letter by letter. Braces that are meant as
such are written "\{" and "\}". The columns "accept NAME" and "not NAME" speak of a column NAME, too.`,
		Bad:  "\n| country | capital |\n|---------|---------|\n| Austria | Vienna  |\n\nQ: What is the capital of {contry}?\nA: {capital}\n",
		Good: "\n| country | capital |\n|---------|---------|\n| Austria | Vienna  |\n\nQ: What is the capital of {country}?\nA: {capital}\n"},
	{Name: "bad-column", Severity: decks.Error,
		Title: "a column needs a name of its own that questions can put in braces",
		Text: `
The name is what stands in the head of the table. No two columns share one, and it holds no braces
and no backslash.`,
		Bad:  "\n| country | country |\n|---------|---------|\n| Austria | Vienna  |\n\nQ: What is the capital of {country}?\nA: Vienna\n",
		Good: "\n| country | capital |\n|---------|---------|\n| Austria | Vienna  |\n\nQ: What is the capital of {country}?\nA: {capital}\n"},
	{Name: "ragged-row", Severity: decks.Error,
		Title: "a row with other cells than the head puts values under the wrong names",
		Text: `
Each row has as many cells as the head. An empty cell is two bars with a space between; a bar inside
of a cell is written "\|".`,
		Bad:  "\n| country | capital |\n|---------|---------|\n| Austria |\n\nQ: What is the capital of {country}?\nA: {capital}\n",
		Good: "\n| country | capital |\n|---------|---------|\n| Austria | Vienna  |\n\nQ: What is the capital of {country}?\nA: {capital}\n"},
	{Name: "empty-table", Severity: decks.Warning,
		Title: "a table without rows makes no cards",
		Text: `
Write one row for each fact, or delete the table with its questions.`,
		Bad:  "\n| country | capital |\n|---------|---------|\n\nQ: What is the capital of {country}?\nA: {capital}\n",
		Good: "\n| country | capital |\n|---------|---------|\n| Austria | Vienna  |\n\nQ: What is the capital of {country}?\nA: {capital}\n"},
	{Name: "no-row-key", Severity: decks.Error,
		Title: "a row is named by its id or its first cell, and both are empty",
		Text: `
What a learner knows is kept under the row's name. Fill the first cell in, or add a column "id".`,
		Bad:  "\n| country | capital |\n|---------|---------|\n|         | Vienna  |\n\nQ: Which country has the capital {capital}?\nA: {country}\n",
		Good: "\n| country | capital |\n|---------|---------|\n| Austria | Vienna  |\n\nQ: Which country has the capital {capital}?\nA: {country}\n"},
	{Name: "template-name", Severity: decks.Error,
		Title: "two questions of a table have one name and would share one history",
		Text: `
A question of a table is named by its "Id:", or else by the columns of its answer. Where two
questions ask for the same column, give at least one an "Id:".`,
		Bad:  "\n| country | capital |\n|---------|---------|\n| Austria | Vienna  |\n\nQ: What is the capital of {country}?\nA: {capital}\n\nQ: Which city governs {country}?\nA: {capital}\n",
		Good: "\n| country | capital |\n|---------|---------|\n| Austria | Vienna  |\n\nQ: What is the capital of {country}?\nA: {capital}\n\nQ: Which city governs {country}?\nA: {capital}\nId: governs\n"},
}
