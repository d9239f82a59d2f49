from tests import small_workshop

root, edit = small_workshop.root, small_workshop.edit
