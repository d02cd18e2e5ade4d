"""The task list alone: it loads a window of its list, and cursor, position and marks stay with their task."""

from __future__ import annotations

import asyncio

import pytest

from sunotui.domain.search.query import parse
from sunotui.domain.tasks.summary import TaskSummary
from sunotui.domain.tasks.task import TaskStatus
from sunotui.tui.library.task_list.window import MARGIN
from tests.tui.fake_list_source import NOW, list_alone, row

MANY = 100_000
_IN_SIGHT = 19


def newest_first(count: int) -> list[TaskSummary]:
    return [row(number) for number in reversed(range(count))]


async def test_of_many_rows_few_are_loaded() -> None:
    async with list_alone(newest_first(MANY)) as alone:
        assert alone.list.row_count == MANY
        assert "Song 99999" in alone.lines()[0]
        await alone.press("G")
        assert "Song 0" in alone.lines()[-1]
        assert alone.list.current == "task-0"
        await alone.press("5", "0", "0", "0", "0", "G")
        assert alone.list.current == "task-50000"
        assert alone.imagined.most_rows <= _IN_SIGHT + 2 * (_IN_SIGHT + MARGIN)


async def test_the_first_rows_are_shown_before_all_are_counted() -> None:
    async with list_alone(newest_first(5_000)) as alone:
        alone.imagined.known = 2_000
        counting = asyncio.Event()
        alone.imagined.counts = counting
        alone.list.show_query(("nothing",), parse("song"))
        await alone.settle()
        assert "Song 4999" in alone.lines()[0]
        assert alone.state() == "1 of 2,000+"
        counting.set()
        await alone.settle()
        assert alone.state() == "1 of 5,000"
        assert alone.list.row_count == 5_000


async def test_a_jump_to_the_end_waits_for_the_count() -> None:
    async with list_alone(newest_first(5_000)) as alone:
        alone.imagined.known = 2_000
        alone.imagined.counts = counting = asyncio.Event()
        alone.list.show_query(("nothing",), parse("song"))
        await alone.settle()
        await alone.press("G")
        counting.set()
        await alone.settle()
        assert alone.list.current == "task-0"
        assert alone.state() == "5,000 of 5,000"


async def test_a_key_after_a_jump_to_the_end_cancels_it() -> None:
    async with list_alone(newest_first(5_000)) as alone:
        alone.imagined.known = 2_000
        alone.imagined.counts = counting = asyncio.Event()
        alone.list.show_query(("nothing",), parse("song"))
        await alone.settle()
        await alone.press("G", "g")
        counting.set()
        await alone.settle()
        assert alone.list.current == "task-4999"


async def test_the_count_of_an_earlier_search_is_not_shown() -> None:
    async with list_alone(newest_first(5_000)) as alone:
        alone.imagined.known = 2_000
        alone.imagined.counts = counting = asyncio.Event()
        alone.list.show_query(("nothing",), parse("song"))
        await alone.settle()
        alone.imagined.rows = alone.imagined.rows[:3]
        alone.list.show_query(("nothing",), parse("song 4"))
        await alone.settle()
        counting.set()
        await alone.settle()
        assert alone.state() == "1 of 3"
        assert alone.imagined.superseded == 1


async def test_a_counted_list_stays_counted_when_it_is_loaded_again() -> None:
    """Otherwise a cursor far below moved to another song at each change of the library."""
    async with list_alone(newest_first(5_000)) as alone:
        alone.imagined.known = 2_000
        alone.list.show_query(("nothing",), parse("song"))
        await alone.settle()
        await alone.press(*"4000", "G")
        alone.list.scroll_to(y=1_970, animate=False, force=True, immediate=True)
        await alone.settle()
        alone.list.reload()
        await alone.settle()
        assert (alone.list.current, alone.list.cursor) == ("task-1000", 3_999)
        assert alone.list.scroll_y == 1_970
        assert alone.state() == "4,000 of 5,000"
        alone.list.select("task-3500")
        await alone.settle()
        assert alone.state() == "1,500 of 5,000"


async def test_a_jump_to_the_end_is_not_carried_over_to_another_list() -> None:
    async with list_alone(newest_first(5_000)) as alone:
        alone.imagined.known = 2_000
        alone.imagined.counts = counting = asyncio.Event()
        alone.list.show_query(("nothing",), parse("song"))
        await alone.settle()
        alone.list.action_last()
        alone.list.show_query(("nothing",), parse("song 4"))
        await alone.settle()
        counting.set()
        await alone.settle()
        assert alone.list.row_count == 5_000
        assert alone.list.current != "task-0"


async def test_a_move_while_another_list_loads_is_kept() -> None:
    """The next key acts on the song under the cursor."""
    async with list_alone(newest_first(50)) as alone:
        alone.imagined.responds.clear()
        alone.list.show_query(("nothing",), parse("song"))
        await alone.press("j", "j")
        assert alone.list.current == "task-47"
        alone.imagined.responds.set()
        await alone.settle()
        assert alone.list.current == "task-47"


async def test_a_key_held_down_does_not_wait_for_the_disk() -> None:
    async with list_alone(newest_first(1_000)) as alone:
        alone.imagined.responds.clear()
        await alone.press(*["j"] * MARGIN)
        assert alone.list.current == f"task-{999 - MARGIN}"
        assert all("Song" in line for line in alone.lines())
        assert alone.app.highlighted[-1] == alone.list.current


async def test_fast_paging_shows_no_blank_line() -> None:
    async with list_alone(newest_first(MANY)) as alone:
        for _ in range(12):
            await alone.press("ctrl+d")
            assert all("Song" in line for line in alone.lines())


async def test_distant_rows_are_blank_until_they_are_loaded() -> None:
    async with list_alone(newest_first(1_000)) as alone:
        alone.imagined.responds.clear()
        await alone.press("G")
        assert alone.list.current is None, "no key may work on a row that was not shown"
        assert not any("Song" in line for line in alone.lines())
        alone.imagined.responds.set()
        await alone.settle()
        assert alone.list.current == "task-0"
        assert alone.app.highlighted[-1] == "task-0"


async def test_rows_above_are_loaded_before_they_are_visible() -> None:
    async with list_alone(newest_first(MANY)) as alone:
        await alone.press("5", "0", "0", "0", "0", "G")
        for _ in range(12):
            await alone.press("ctrl+u")
            assert all("Song" in line for line in alone.lines())
        for _ in range(3 * _IN_SIGHT):
            alone.list.scroll_up(animate=False)
            await alone.settle()
            assert all("Song" in line for line in alone.lines())


@pytest.mark.parametrize("where", [(), ("G",), ("5", "0", "0", "G"), ("ctrl+d", "ctrl+d", "ctrl+u")])
async def test_an_idle_list_requests_nothing(where: tuple[str, ...]) -> None:
    async with list_alone(newest_first(1_000)) as alone:
        await alone.press(*where)
        asked = alone.imagined.asked
        for _ in range(5):
            await alone.settle()
        assert alone.imagined.asked == asked
        await alone.press("j", "k", "k", "j")
        assert alone.imagined.asked == asked, "what these keys show is held already"


async def test_loaded_rows_scroll_without_a_request() -> None:
    async with list_alone(newest_first(1_000)) as alone:
        asked = alone.imagined.asked
        for key in ("ctrl+d", "ctrl+d", "ctrl+d", "ctrl+u", "ctrl+u", "ctrl+u"):
            await alone.press(key)
        assert alone.imagined.asked == asked


async def test_a_burst_of_events_causes_two_requests() -> None:
    async with list_alone(newest_first(1_000)) as alone:
        asked = alone.imagined.asked
        alone.imagined.responds.clear()
        alone.list.reload()
        await alone.settle()
        for _ in range(50):
            alone.list.reload()
        await alone.settle()
        assert alone.imagined.asked == asked + 1, "one is under way"
        alone.imagined.responds.set()
        await alone.settle()
        assert alone.imagined.asked == asked + 2, "and one more for what came in between"


async def test_a_row_that_only_moved_is_not_drawn_again() -> None:
    async with list_alone(newest_first(1_000)) as alone:
        await alone.press("ctrl+d")
        before = {strip.text: strip for strip in map(alone.list.render_line, range(1, _IN_SIGHT))}
        alone.list.scroll_up(animate=False)
        await alone.settle()
        after = {strip.text: strip for strip in map(alone.list.render_line, range(1, _IN_SIGHT))}
        both = before.keys() & after.keys()
        assert len(both) >= _IN_SIGHT // 2
        assert all(after[text] is before[text] for text in both)


async def test_another_theme_draws_the_rows_again() -> None:
    async with list_alone(newest_first(1_000)) as alone:
        before = alone.list.render_line(3)
        alone.app.theme = "textual-light"
        await alone.settle()
        after = alone.list.render_line(3)
        assert after.text == before.text
        assert [one.style for one in after] != [one.style for one in before]


async def test_events_repaint_only_changed_lines() -> None:
    async with list_alone(newest_first(1_000)) as alone:
        alone.imagined.change("task-996", title="Another name")
        alone.imagined.change("task-500", title="Out of sight")
        async with alone.repainted() as lines:
            alone.list.reload()
        assert lines == {3}
        assert "Another name" in alone.lines()[3]
        async with alone.repainted() as lines:
            alone.list.reload()
        assert lines == set()


async def test_rows_added_above_move_no_visible_row() -> None:
    async with list_alone(newest_first(1_000)) as alone:
        await alone.press(*["j"] * 30)
        before = alone.lines()
        alone.imagined.rows[:0] = [row(2_000 + number) for number in range(7)]
        alone.list.reload()
        await alone.settle()
        assert alone.list.current == "task-969"
        assert alone.list.row_count == 1_007
        assert alone.lines() == before
        alone.imagined.rows.insert(0, alone.imagined.rows.pop())
        async with alone.repainted() as lines:
            alone.list.reload()
        assert alone.list.current == "task-969"
        assert alone.lines() == before
        assert lines == set(), "the same rows stand on the same lines"


async def test_at_the_top_new_rows_become_visible() -> None:
    async with list_alone(newest_first(100)) as alone:
        alone.imagined.rows.insert(0, row(500))
        alone.list.reload()
        await alone.settle()
        assert "Song 500" in alone.lines()[0]
        assert alone.list.current == "task-99"


async def test_scroll_position_and_distant_cursor_stay() -> None:
    async with list_alone(newest_first(1_000)) as alone:
        await alone.press("j")
        alone.list.scroll_to(y=500, animate=False)
        await alone.settle()
        before = alone.lines()
        assert "Song 499" in before[0]
        alone.imagined.rows[:0] = [row(2_000 + number) for number in range(3)]
        alone.list.reload()
        await alone.settle()
        assert alone.lines() == before
        assert alone.list.current == "task-998"
        await alone.press("j")
        assert alone.list.current == "task-997"
        assert "Song 997" in "\n".join(alone.lines())


async def test_sorting_keeps_the_task_on_its_line() -> None:
    async with list_alone(newest_first(1_000)) as alone:
        await alone.press(*["j"] * 25, "k", "k")
        line = alone.line_of("Song 976 ")
        alone.imagined.rows.sort(key=lambda one: one.id)
        alone.list.show_query(())
        await alone.settle()
        assert alone.list.current == "task-976"
        assert alone.line_of("Song 976 ") == line


async def test_after_a_search_that_hides_the_task_the_cursor_returns() -> None:
    rows = newest_first(1_000)
    async with list_alone(rows) as alone:
        await alone.press(*["j"] * 40)
        for hits in ([row(3), row(5), row(7)], [row(5), row(7)]):
            alone.imagined.rows = hits
            alone.list.show_query((), parse("song"))
            await alone.settle()
            assert alone.list.current == hits[0].id
        alone.imagined.rows = rows
        alone.list.show_query(())
        await alone.settle()
        assert alone.list.current == "task-959"


async def test_a_removed_row_leaves_the_cursor_on_the_next() -> None:
    async with list_alone(newest_first(10)) as alone:
        await alone.press("j", "j")
        del alone.imagined.rows[2]
        alone.list.reload()
        await alone.settle()
        assert alone.list.current == "task-6"
        assert alone.app.highlighted[-1] == "task-6"
        alone.imagined.rows.clear()
        alone.list.reload()
        await alone.settle()
        assert alone.list.current is None
        assert "Nothing here." in "\n".join(alone.lines())


async def test_the_cursor_moves_to_an_awaited_task_unless_the_user_moves_it() -> None:
    async with list_alone(newest_first(1_000)) as alone:
        alone.list.select("task-100")
        await alone.settle()
        assert alone.list.current == "task-100"
        alone.list.select("task-5000")
        await alone.settle()
        assert alone.list.current == "task-100"
        alone.imagined.rows.insert(0, row(5_000))
        alone.list.reload()
        await alone.settle()
        assert alone.list.current == "task-5000"
        alone.list.select("task-6000")
        await alone.press("j")
        alone.imagined.rows.insert(0, row(6_000))
        alone.list.reload()
        await alone.settle()
        assert alone.list.current == "task-999"


async def test_marks_stay_with_their_tasks() -> None:
    async with list_alone(newest_first(1_000)) as alone:
        await alone.list.mark()
        assert alone.list.current == "task-998", "the next is marked by the same key"
        await alone.press("j", "j")
        await alone.list.mark_range()
        assert alone.list.selected == ("task-999", "task-998", "task-997", "task-996")
        alone.imagined.rows.insert(0, row(5_000))
        alone.list.reload()
        await alone.settle()
        assert [line[0] for line in alone.lines()[:5]] == ["◉", "◉", "◉", "◉", " "]
        assert alone.list.current == "task-996"
        await alone.list.mark()
        assert alone.list.selected == ("task-999", "task-998", "task-997")
        assert alone.list.clear_selection()
        await alone.settle()
        assert alone.list.selected == ()
        assert not alone.list.clear_selection()
        assert "◉" not in "\n".join(alone.lines())


async def test_a_range_upwards_and_another_from_its_end() -> None:
    async with list_alone(newest_first(200)) as alone:
        await alone.press("1", "0", "0", "G")
        await alone.list.mark()
        await alone.press("k", "k", "k")
        await alone.list.mark_range()
        await alone.press("k")
        await alone.list.mark_range()
        assert alone.list.selected == ("task-103", "task-102", "task-101", "task-100")


async def test_a_line_shows_stars_ratings_unplayed_takes_and_matches() -> None:
    rows = [
        row(5, is_favourite=True, rating=4, title="Neon Rain"),
        row(4, rating=2),
        row(3, is_favourite=True),
        row(2, is_unplayed=True),
        row(1, status=TaskStatus.FAILURE, fail_reason="no money"),
    ]
    async with list_alone(rows) as alone:
        alone.list.show_query((), parse("rain"))
        await alone.settle()
        starred, rated, loved, unheard, failed = alone.lines()[:5]
        assert "★4" in starred
        assert "★2" in rated
        assert "♥" in loved
        assert unheard.startswith("∙ ♫")
        assert failed.startswith("  ✗ Song 1  no money")
        found = [segment.text for segment in alone.list.render_line(1) if segment.style and segment.style.underline]
        assert found == ["Rain"]
        await alone.press("3", "j")
        await alone.list.mark()
        await alone.settle()
        assert alone.lines()[3].startswith("◉ ♫")


async def test_a_title_of_a_megabyte_is_an_ordinary_line() -> None:
    async with list_alone([row(1, title="x" * 1_000_000), row(0)]) as alone:
        assert "x…" in alone.lines()[0]
        assert "Song 0" in alone.lines()[1]


async def test_a_failed_load_is_repeated_with_the_next_event() -> None:
    async with list_alone(newest_first(100)) as alone:
        alone.imagined.is_broken = True
        alone.imagined.rows.insert(0, row(500))
        alone.list.show_query(())
        await alone.settle()
        assert alone.list.row_count == 100
        alone.imagined.is_broken = False
        alone.list.reload()
        await alone.settle()
        assert alone.list.row_count == 101


@pytest.mark.parametrize("keys", [("ctrl+d", "ctrl+d"), ("pagedown", "pagedown"), ("2", "ctrl+d")])
async def test_half_pages(keys: tuple[str, ...]) -> None:
    async with list_alone(newest_first(100)) as alone:
        await alone.press(*keys)
        assert alone.list.current == "task-81"


async def test_a_click_and_the_wheel() -> None:
    async with list_alone(newest_first(100)) as alone:
        await alone.pilot.click(alone.list, offset=(5, 4))
        await alone.settle()
        assert alone.list.current == "task-96"
        alone.list.scroll_relative(y=30, animate=False)
        await alone.settle()
        assert alone.list.current == "task-96"
        await alone.pilot.click(alone.list, offset=(5, 1))
        await alone.settle()
        assert alone.list.current == "task-69"


async def test_a_running_row_is_drawn_again_when_its_words_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """Experience says 95 s and 41 have passed: in 4 s fewer are left, while the age changes in 9."""
    running = row(1, status=TaskStatus.IN_PROGRESS, added_at=NOW - 41, usual_s=95.0)
    async with list_alone([running, row(0)]) as alone:
        planned: list[float] = []
        monkeypatch.setattr(alone.list, "set_timer", lambda delay, _: planned.append(delay))
        alone.list.reload()
        await alone.settle()
        assert planned[-1] == pytest.approx(4.1)
