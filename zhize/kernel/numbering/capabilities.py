"""What may be done to issued numbers."""

from __future__ import annotations

from zhize.kernel import access

access.capability("number.view", zh="查看编号簿", en="See the register of issued numbers")
access.capability("number.void", zh="作废编号", en="Void an issued number")
