"""What a row needs in order to have a state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from zhize.kernel.db.models import VersionedModel
from zhize.kernel.flow.machines import ENDED, Category

if TYPE_CHECKING:
    from zhize.kernel.flow.machines import Machine


class StatefulModel(VersionedModel):
    """A row with a state. Only `flow.perform` writes `state` and `category`."""

    state = models.CharField(max_length=40, editable=False)
    category = models.CharField(max_length=10, editable=False)

    class Meta:
        abstract = True

    if TYPE_CHECKING:

        @property
        def machine(self) -> Machine:
            """The machine whose states this row goes through; each model names its own."""

    @property
    def state_label(self) -> Any:
        return self.machine.state(self.state).label

    @property
    def is_ended(self) -> bool:
        return self.category in ENDED

    @property
    def is_open(self) -> bool:
        return Category(self.category) not in ENDED
