"""What each route answers."""

from tests.web import toy


def test_smoke(signed_in) -> None:
    client = signed_in("officer")
    for path in (
        "/api/me",
        "/api/plans",
        "/api/tree",
        "/api/tree?community=A",
        "/api/search?q=民治",
        "/api/facts/building/" + toy.TOWER,
        "/api/facts/cluster/A-0-0",
        "/api/facts/section/A-s0-0",
        "/api/facts/grid/A-g0",
        "/api/facts/community/A",
        "/api/facts/shelter/H1",
        "/api/quality/plan-now",
        "/api/findings/plan-now",
        "/api/colours/plan-now",
        "/tiles/clusters/15/26762/14270.mvt",
        "/tiles/buildings/16/53525/28540.mvt",
        "/tiles/communities/12/3345/1783.mvt",
        "/tiles/sections/12/3345/1783.mvt",
        "/tiles/grids/12/3345/1783.mvt",
        "/tiles/shelters/12/3345/1783.mvt",
        "/tiles/barriers/12/3345/1783.mvt",
        "/healthz",
        "/api/openapi.json",
        "/",
    ):
        answer = client.get(path)
        print(
            path,
            answer.status_code,
            answer.text[:300] if "json" in answer.headers.get("content-type", "") else len(answer.content),
        )
        assert answer.status_code == 200
