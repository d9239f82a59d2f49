"""Step 0 explains what `workshop doctor` prints."""

import re

from workshop.doctor import findings
from workshop.steps import Workshop


def test_each_line_of_doctor_is_explained():
    section = Workshop().get(0).lesson.section("Is all well?")
    explained = tuple(re.findall(r"(?m)^\| (.+?) \|", section.body))
    assert [what for what, *_ in findings() if not what.startswith(explained)] == []
