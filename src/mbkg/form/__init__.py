"""What a report prints besides its figures: its contents page, notes under tables, placeholders, years, bodies, names of subjects.

Everything here is evidence with its place; whether it agrees with the report is for the shapes to say.
"""

from mbkg.form.notes import with_notes
from mbkg.form.scan import read_form

__all__ = ["read_form", "with_notes"]
