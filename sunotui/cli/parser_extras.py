"""The arguments of the commands for what only some gateways offer beside tasks."""

from sunotui.cli.arguments import Commands, Parser, count, new_command


def add_extras(commands: "Commands[Parser]") -> None:
    """tags, timing, wav, feed, personas, persona."""
    tags = new_command(commands, "tags", "Have the gateway make a few words of style into many.")
    tags.add_argument("text", metavar="TEXT", help="such as 'indie pop'")

    timing = new_command(commands, "timing", "Print when the words of a clip are sung.")
    timing.add_argument("clip", metavar="CLIP")
    timing.add_argument("--lrc", action="store_true", help="as LRC, which players show while the song is playing")

    wav = new_command(commands, "wav", "Print the address of a take as a wav file.")
    wav.add_argument("id", metavar="ID", help="a task or a clip, or the first six characters or more")
    wav.add_argument("--take", type=count(1_000), default=None, metavar="N", help="which take (default: 1)")
    wav.add_argument("--copy", action="store_true", help="put it into the clipboard too")
    wav.set_defaults(kind="wav")

    feed = new_command(commands, "feed", "Ask for clips by their ids; the library stays as it is.")
    feed.add_argument("ids", nargs="+", metavar="CLIP")

    new_command(commands, "personas", "List the voices known at the gateway.")
    persona = new_command(commands, "persona", "Make a voice out of a clip.")
    persona.add_argument("clip", metavar="CLIP")
    persona.add_argument("--name", required=True, metavar="N")
    persona.add_argument("--description", default="", metavar="D")
