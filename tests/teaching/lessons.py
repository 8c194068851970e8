"""The lessons of this installation, as their files say."""

from api.lessons.load import load_lessons
from api.lessons.steps import may_read_at_home
from tests.support.installation import ROOT

LESSONS = load_lessons(ROOT / "content" / "lessons").fit
CALM = [lesson_id for lesson_id, lesson in LESSONS.items() if may_read_at_home(lesson)]
CAREFUL = [lesson_id for lesson_id in LESSONS if lesson_id not in CALM]
