"""Makes notes about pictures with covered parts: of Anki's own type, and of the add-on's.

usage: occluded.py FOLDER

FOLDER gets occluded.apkg. The picture is 80 pixels wide, 60 high, and blue.
"""

import os
import struct
import sys
import tempfile
import zlib

from anki.collection import Collection, ExportAnkiPackageOptions

folder = sys.argv[1]
scratch = tempfile.mkdtemp()
col = Collection(os.path.join(scratch, "collection.anki2"))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def media(name, data):
    path = os.path.join(scratch, name)
    with open(path, "wb") as f:
        f.write(data)
    return col.media.add_file(path)


row = b"\0" + b"\0\0\xff" * 80
picture = media("the heart.png", b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 80, 60, 8, 2, 0, 0, 0))
                + chunk(b"IDAT", zlib.compress(row * 60)) + chunk(b"IEND", b""))

RECT = "{{c%s::image-occlusion:rect:left=%s:top=%s:width=.25:height=.5%s}}"
notes = [
    # hide all, ask one: the others stay covered with the answer
    RECT % (1, "0", "0", ":oi=1") + RECT % (2, ".75", ".5", ":oi=1") + "{{c0::image-occlusion:text:left=.1:top=.1:text=left\\: or right:scale=1}}",
    # hide one: an ellipse, a polygon, and one of two numbers
    "{{c1::image-occlusion:ellipse:left=.25:top=.25:rx=.25:ry=.25}}<br>"
    "{{c2::image-occlusion:polygon:left=.5:top=0:points=.5,0 1,0 1,.5}}<br>",
]
kind = col.models.by_name("Image Occlusion")
for n, shapes in enumerate(notes):
    note = col.new_note(kind)
    note.fields = [shapes, f'<img src="{picture}">', f"Header {n}", f"Extra {n}", "unseen"]
    col.add_note(note, col.decks.id("Own"))

SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="160" height="120">
 <!-- Created with Image Occlusion Enhanced -->
 <g><title>Labels</title></g>
 <g><title>Masks</title>%s</g></svg>"""
LEFT = '<rect %s fill="#FF7E7E" height="60" width="40" x="0" y="0" stroke="#2D2D2D"/>'
RIGHT = '<rect fill="#FFEBA2" height="60" width="40" x="120" y="60" stroke="#2D2D2D"/>'
FIELDS = ["ID (hidden)", "Header", "Image", "Question Mask", "Footer", "Remarks", "Sources", "Extra 1", "Extra 2", "Answer Mask", "Original Mask"]
SIDE = ('{{#Image}}<div id="io-header">{{Header}}</div><div id="io-wrapper"><div id="io-overlay">{{%s}}</div>'
        '<div id="io-original">{{Image}}</div></div><div id="io-footer">{{Footer}}</div>%s'
        '<script>var aFade = 50; document.getElementById("io-original").style.visibility = "visible";</script>{{/Image}}')
EXTRA = '<button id="io-revl-btn" onclick="toggle();">Toggle Masks</button>{{#Remarks}}<div>Remarks: {{Remarks}}</div>{{/Remarks}}{{Extra 1}}'
added = col.models.new("Image Occlusion Enhanced")
for name in FIELDS:
    col.models.add_field(added, col.models.new_field(name))
template = col.models.new_template("IO Card")
template["qfmt"], template["afmt"] = SIDE % ("Question Mask", ""), SIDE % ("Answer Mask", EXTRA)
col.models.add_template(added, template)
col.models.add(added)
question = media("x-ao-1-Q.svg", (SVG % (LEFT % 'class="qshape"' + RIGHT)).encode())
answer = media("x-ao-1-A.svg", (SVG % RIGHT).encode())
curved = media("x-ao-2-Q.svg", (SVG % '<path class="qshape" d="M0 0 C 1 2 3 4 5 6"/>').encode())
for mask, header in ((question, "Added"), (curved, "Curved")):
    note = col.new_note(col.models.by_name("Image Occlusion Enhanced"))
    for name, value in {"ID (hidden)": "x-ao-1", "Header": header, "Image": f'<img src="{picture}">', "Remarks": "rem", "Extra 1": "ex",
                        "Question Mask": f'<img src="{mask}" />', "Answer Mask": f'<img src="{answer}" />'}.items():
        note[name] = value
    col.add_note(note, col.decks.id("Added"))

col.export_anki_package(out_path=os.path.join(folder, "occluded.apkg"), limit=None, options=ExportAnkiPackageOptions(
    with_scheduling=True, with_deck_configs=True, with_media=True, legacy=False))
print(col.card_count(), "cards")
