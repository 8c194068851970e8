"""The pages of a class: the pupils', whole enough without a script to lead to help, and the projector's."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from api.auth.rules import Anyone
from api.pages.routes import built, templates
from api.teaching import routes as teaching

FRAME = ("locale", "dir", "country", "pupils", "help", "locales")
router = APIRouter(tags=["pages"], include_in_schema=False, dependencies=[Depends(Anyone("a page holds nothing of anybody"))])


@router.get("/class")
async def pupil_page(request: Request, response: Response, locale: str | None = None, country: str | None = None) -> HTMLResponse:
    """The pupils' page. The code comes in the fragment or by hand, the seat stays in the tab: no address holds either.

    The words of the first screen come with it, so that it needs no second request, and help none at all.
    """
    told = await teaching.frame(request, response, locale, country)
    seen = {"frame": {key: told[key] for key in FRAME}, "t": told["pupils"]}
    return HTMLResponse(templates.get_template("class.html").render(seen))


@router.get("/class/screen")
async def projector() -> Response:
    """The projector's page; its token comes in the fragment, which no server sees."""
    return built("screen.html")
