"""A client of another make: pytest-lsp reads every answer of the server by the
types of the protocol's own description, and refuses what does not fit."""

import os
import pathlib

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

HERE = pathlib.Path.cwd()
DECK = (HERE / "capitals.md").as_uri()
DOC = types.TextDocumentIdentifier(uri=DECK)
START = types.Position(line=0, character=0)


def at(line, character):
    return {"text_document": DOC, "position": types.Position(line=line, character=character)}


@pytest_lsp.fixture(
    params=["neovim", "visual_studio_code", "emacs"],
    config=ClientServerConfig(server_command=[os.environ["KARTEI"], "lsp"]),
)
async def client(request, lsp_client: LanguageClient):
    @lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def watch(params: types.RegistrationParams):
        assert [r.method for r in params.registrations] == [types.WORKSPACE_DID_CHANGE_WATCHED_FILES]

    await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=client_capabilities(request.param),
            workspace_folders=[types.WorkspaceFolder(uri=HERE.as_uri(), name="decks")],
            root_uri=HERE.as_uri(),
        )
    )
    text = (HERE / "capitals.md").read_text()
    lsp_client.text_document_did_open(
        types.DidOpenTextDocumentParams(
            text_document=types.TextDocumentItem(uri=DECK, language_id="markdown", version=1, text=text)
        )
    )
    await lsp_client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    yield
    await lsp_client.shutdown_session()


@pytest.mark.asyncio
async def test_story(client: LanguageClient):
    found = client.diagnostics[DECK]
    assert [d.code for d in found] == ["no-source", "misspelt-key"]

    whole = types.Range(start=START, end=types.Position(line=100, character=0))
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(text_document=DOC, range=whole, context=types.CodeActionContext(diagnostics=found))
    )
    assert 'Write "Note:"' in [a.title for a in actions]

    hover = await client.text_document_hover_async(types.HoverParams(**at(5, 4)))
    assert "Vienna" in hover.contents.value

    items = await client.text_document_completion_async(types.CompletionParams(**at(5, 0)))
    assert "A" not in [i.label for i in items.items]

    home = await client.text_document_definition_async(types.DefinitionParams(**at(14, 35)))
    assert home.range.start.line == 9

    uses = await client.text_document_references_async(
        types.ReferenceParams(**at(14, 35), context=types.ReferenceContext(include_declaration=True))
    )
    assert len(uses) == 2

    assert await client.text_document_prepare_rename_async(types.PrepareRenameParams(**at(14, 35)))
    edit = await client.text_document_rename_async(types.RenameParams(**at(14, 35), new_name="land"))
    assert edit.document_changes[0].text_document.version == 1

    form = types.FormattingOptions(tab_size=2, insert_spaces=True)
    # a deck with errors stays as it is
    assert not await client.text_document_formatting_async(types.DocumentFormattingParams(text_document=DOC, options=form))
    await client.text_document_range_formatting_async(
        types.DocumentRangeFormattingParams(text_document=DOC, range=whole, options=form)
    )
    assert await client.text_document_document_symbol_async(types.DocumentSymbolParams(text_document=DOC))
    assert await client.text_document_folding_range_async(types.FoldingRangeParams(text_document=DOC))
    assert await client.text_document_selection_range_async(
        types.SelectionRangeParams(text_document=DOC, positions=[START])
    )
    lenses = await client.text_document_code_lens_async(types.CodeLensParams(text_document=DOC))
    assert lenses[0].command.title == "1 card"
    assert await client.text_document_inlay_hint_async(types.InlayHintParams(text_document=DOC, range=whole))
    tokens = await client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(text_document=DOC))
    assert len(tokens.data) % 5 == 0 and tokens.data
    assert await client.workspace_symbol_async(types.WorkspaceSymbolParams(query="austria"))

    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            text_document=types.VersionedTextDocumentIdentifier(uri=DECK, version=2),
            content_changes=[types.TextDocumentContentChangeWholeDocument(text="Q: One?\nA: 1\n")],
        )
    )
    while client.diagnostics[DECK]:
        await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
