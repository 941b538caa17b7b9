"""What customers fill in: the complaint form, a message, a code, a survey."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from zhize.kernel.db import DomainError
from zhize.kernel.files import handles, sniffing
from zhize.kernel.forms import filefield
from zhize.lib import phones
from zhize.ui import widgets
from zhize.ui.forms import Form, Section

MOST_PHOTOS = 6
PHOTO_MEGABYTES = 10


class Photos(forms.Field):
    """Pictures (or PDF), stored as soon as they arrive, so that a fault elsewhere in the form loses none.

    The value is a list of tickets. Set `keep` before validating.
    """

    widget = filefield.FilesInput
    keep: filefield.Keep | None = None
    stored: list[str] | None = None

    def clean(self, value: Any) -> list[str]:
        given = list(value or [])
        self.stored = [one for one in given if not isinstance(one, UploadedFile) and _is_ticket(one)]
        for upload in (one for one in given if isinstance(one, UploadedFile)):
            self._check(upload)
            try:
                self.stored.extend(filefield.kept([upload], self.keep))
            except DomainError as refused:
                raise forms.ValidationError(str(refused)) from refused
        if len(self.stored) > MOST_PHOTOS:
            self.stored = self.stored[:MOST_PHOTOS]
            raise forms.ValidationError(
                _("最多 %(most)d 张照片，多出的没有保留。"), params={"most": MOST_PHOTOS}
            )
        return self.stored

    def _check(self, upload: UploadedFile) -> None:
        if (upload.size or 0) > PHOTO_MEGABYTES * 1024 * 1024:
            raise forms.ValidationError(
                _("“%(name)s”超过 %(most)d MB，请换一张小一点的。"),
                params={"name": upload.name, "most": PHOTO_MEGABYTES},
            )
        kind = sniffing.media_type(upload.read(sniffing.HEAD))
        upload.seek(0)
        if not (kind.startswith("image/") or kind == "application/pdf"):
            raise forms.ValidationError(
                _("“%(name)s”不是照片，请上传图片或 PDF。"), params={"name": upload.name}
            )

    def bound_data(self, data: Any, initial: Any) -> Any:
        return data if self.stored is None else self.stored


def _is_ticket(value: Any) -> bool:
    try:
        handles.read(str(value))
    except handles.BadHandle:
        return False
    return True


def _photos() -> Photos:
    return Photos(
        label=_("照片"),
        required=False,
        widget=filefield.FilesInput({"accept": "image/*,application/pdf"}),
        help_text=_("最多 6 张，每张不超过 10 MB。"),
    )


class WithPhotos(Form):
    """A form with a field `photos`."""

    def __init__(self, *args: Any, keep: filefield.Keep, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["photos"].keep = keep


class SubmitForm(WithPhotos):
    """A matter as the customer tells it."""

    sections = (
        Section(_("什么事"), ("type", "title", "description", "address", "photos"), columns=1),
        Section(_("怎么联系您"), ("name", "phone", "email"), columns=2),
        Section("", ("consent",), columns=1),
    )
    type = forms.ChoiceField(label=_("类型"), widget=widgets.Segments())
    title = forms.CharField(label=_("一句话说明"), max_length=120, help_text=_("例如：3 号楼电梯有异响"))
    description = forms.CharField(
        label=_("详细情况"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("什么时候、在哪里、希望怎么解决。"),
    )
    address = forms.CharField(label=_("房号或地点"), required=False, max_length=120)
    photos = _photos()
    name = forms.CharField(
        label=_("您的称呼"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=_("手机或电话"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )
    email = forms.EmailField(
        label=_("邮箱"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    consent = forms.BooleanField(
        label=_("我同意为处理这件事使用以上信息"),
        error_messages={"required": _("请勾选同意，我们才能受理。")},
    )

    def __init__(self, *args: Any, types: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = types

    def clean_phone(self) -> str:
        given = str(self.cleaned_data["phone"]).strip()
        if given and phones.reachable(given) is None:
            raise forms.ValidationError(
                _("我们打不通这个号码，请写手机号、带区号的座机，或以 + 开头的境外号码。")
            )
        return phones.normalise(given) or ""

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not (said.get("phone") or said.get("email") or {"phone", "email"} & set(self.errors)):
            self.add_error("phone", _("请留下电话或邮箱，我们才能答复您。"))
        return said


class MessageForm(WithPhotos):
    """Something more about a matter."""

    columns = 1
    body = forms.CharField(
        label=_("补充说明"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    photos = _photos()

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not (said.get("body", "").strip() or said.get("photos") or self.errors):
            self.add_error("body", _("请写几句话，或添加照片。"))
        return said


class CodeForm(Form):
    """The code that was given when the matter was submitted."""

    columns = 1
    code = forms.CharField(
        label=_("查询码"),
        max_length=80,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        return "".join(str(self.cleaned_data["code"]).split()).lower()
