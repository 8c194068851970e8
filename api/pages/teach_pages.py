"""The educator's page: lessons, preparation, and the run sheet of a class session. What it may see, its token decides."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from api.auth.rules import Anyone
from api.pages.routes import templates
from api.settings import Settings
from api.teaching import routes as teaching

ALL = ("locale", "dir", "pupils", "staff", "locales", "countries")
router = APIRouter(tags=["pages"], include_in_schema=False, dependencies=[Depends(Anyone("a page holds nothing of anybody"))])


@router.get("/class/teach")
async def teach(request: Request, response: Response, locale: str | None = None) -> HTMLResponse:
    """One page; the words of the asked language come with it, so that nothing jumps at the first paint."""
    settings: Settings = request.app.state.settings
    told = await teaching.frame(request, response, locale)
    address = f"{settings.public_url.rstrip('/') or str(request.base_url).rstrip('/')}/class"
    seen = {"frame": {key: told[key] for key in ALL}, "t": told["staff"], "address": address}
    return HTMLResponse(templates.get_template("teach.html").render(seen))
