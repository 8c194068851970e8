"""The educator's page: lessons, preparation, and the run sheet of a class session. What it may see, its token decides."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from api.auth.rules import Anyone
from api.pages.routes import templates
from api.teaching import routes as teaching

ALL = ("locale", "dir", "pupils", "staff", "locales", "countries")
router = APIRouter(tags=["pages"], include_in_schema=False, dependencies=[Depends(Anyone("a page holds nothing of anybody"))])


@router.get("/class/teach")
async def teach(request: Request, response: Response, locale: str | None = None) -> HTMLResponse:
    """One page; the words of the asked language come with it, so that nothing jumps at the first paint."""
    told = await teaching.frame(request, response, locale)
    seen = {"frame": {key: told[key] for key in ALL}, "t": told["staff"], "address": f"{teaching.site_of(request)}/class"}
    return HTMLResponse(templates.get_template("teach.html").render(seen))
