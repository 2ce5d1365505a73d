-- Plays an author's evening in a real Neovim (0.7 or newer), headless:
-- nvim --headless -u NONE -S neovim.lua, with KARTEI the program, in a folder
-- that has capitals.md. What is written is what the test compares.

local function fail(what)
  io.stderr:write("neovim: " .. what .. "\n")
  vim.cmd("cquit 1")
end

local function check(ok, what)
  if not ok then fail(what) end
end

vim.cmd("edit capitals.md")
local client = vim.lsp.start_client({ name = "kartei", cmd = { os.getenv("KARTEI"), "lsp" }, root_dir = vim.fn.getcwd() })
check(client, "the server did not start")
check(vim.wait(60000, function() return vim.lsp.get_client_by_id(client).initialized end, 10), "the server did not answer")
vim.lsp.buf_attach_client(0, client)
local encoding = vim.lsp.get_client_by_id(client).offset_encoding

-- wait until exactly these rules are shown
local function shown(...)
  local want = table.concat({ ... }, " ")
  local got
  check(vim.wait(60000, function()
    local rules = {}
    for _, d in ipairs(vim.diagnostic.get(0)) do table.insert(rules, d.code or d.user_data.lsp.code) end
    got = table.concat(rules, " ")
    return got == want
  end, 10), "shown are the problems [" .. tostring(got) .. "], not [" .. want .. "]")
end

local function ask(method, params)
  local replies, err = vim.lsp.buf_request_sync(0, method, params, 60000)
  check(replies, method .. ": " .. tostring(err))
  for _, reply in pairs(replies) do
    check(not reply.error, method .. ": " .. vim.inspect(reply.error))
    return reply.result
  end
end

local function place(line, column)
  vim.api.nvim_win_set_cursor(0, { line, column })
  return vim.lsp.util.make_position_params(0, encoding)
end

local function act(line, title)
  vim.api.nvim_win_set_cursor(0, { line, 0 })
  local params = vim.lsp.util.make_range_params(0, encoding)
  params.context = { diagnostics = {} }
  for _, action in ipairs(ask("textDocument/codeAction", params)) do
    if action.title == title then
      vim.lsp.util.apply_workspace_edit(action.edit, encoding)
      return
    end
  end
  fail("no action " .. title .. " on line " .. line .. ": " .. vim.inspect(ask("textDocument/codeAction", params)) .. vim.inspect(params))
end

-- open, see a problem, apply its fix
shown("no-source", "misspelt-key")
act(8, 'Write "Note:"')
shown("no-source")

-- complete the name of a source
vim.api.nvim_buf_set_lines(0, 8, 8, false, { "Source: a" })
local typing = place(9, 8)
typing.position.character = 9 -- behind the last letter, where only insert mode gets
local items = ask("textDocument/completion", typing).items
check(#items == 1 and items[1].label == "atlas", "completion gave " .. vim.inspect(items))
vim.lsp.util.apply_text_edits({ items[1].textEdit }, 0, encoding)
vim.api.nvim_buf_set_lines(0, 8, 9, false, { vim.api.nvim_buf_get_lines(0, 8, 9, false)[1] .. "7" })
shown()

-- hover over a fact
local hover = ask("textDocument/hover", place(6, 4))
check(hover and hover.contents.value:find("Vienna", 1, true), "the hover was " .. vim.inspect(hover))

-- write an id, and rename it
act(6, "Give this fact the id vienna")
shown()
local line
for i, text in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
  if text == "Id: vienna" then line = i end
end
check(line, "no id was written")
local rename = place(line, 5)
rename.newName = "austria"
vim.lsp.util.apply_workspace_edit(ask("textDocument/rename", rename), encoding)

-- format
vim.lsp.util.apply_text_edits(ask("textDocument/formatting", vim.lsp.util.make_formatting_params({})), 0, encoding)

-- everything at once
vim.api.nvim_buf_set_lines(0, -1, -1, false, { "", "Q:Which city is the capital of Italy?", "A: Rome", "Sorce: atlas 9", "Id: italy" })
shown("misspelt-key", "misspelt-key")
act(6, "Mend all problems that have a sure mend")
shown()

vim.cmd("write")
vim.cmd("quit")
