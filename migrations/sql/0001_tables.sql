-- The tables as they were made first. Later changes are later revisions: this file never changes again.
CREATE TABLE gridgov.account (
    account_id TEXT NOT NULL,
    login TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    language TEXT DEFAULT 'zh' NOT NULL,
    disabled BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT account_pk PRIMARY KEY (account_id),
    CONSTRAINT account_role_check CHECK (role IN ('viewer', 'officer', 'supervisor', 'analyst', 'administrator', 'auditor')),
    CONSTRAINT account_language_check CHECK (language IN ('zh', 'en')),
    CONSTRAINT account_login_key UNIQUE (login)
);
CREATE TABLE gridgov.audit (
    audit_id BIGINT GENERATED ALWAYS AS IDENTITY,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    object TEXT NOT NULL,
    facts JSONB DEFAULT '{}' NOT NULL,
    CONSTRAINT audit_pk PRIMARY KEY (audit_id)
);
CREATE INDEX audit_at_index ON gridgov.audit (at);
CREATE TABLE gridgov.barrier (
    barrier_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT,
    geom geometry(GEOMETRY,4490) NOT NULL,
    geom_3857 geometry(GEOMETRY,3857) GENERATED ALWAYS AS (st_transform(geom, 3857)) STORED,
    CONSTRAINT barrier_pk PRIMARY KEY (barrier_id),
    CONSTRAINT barrier_kind_check CHECK (kind IN ('hard', 'soft', 'minor')),
    CONSTRAINT barrier_geom_srid_check CHECK (st_srid(geom) = 4490),
    CONSTRAINT barrier_geom_filled_check CHECK (NOT st_isempty(geom)),
    CONSTRAINT barrier_geom_valid_check CHECK (st_isvalid(geom)),
    CONSTRAINT barrier_geom_envelope_check CHECK (st_xmin(geom::box3d) >= -180 AND st_xmax(geom::box3d) <= 180 AND st_ymin(geom::box3d) >= -90 AND st_ymax(geom::box3d) <= 90),
    CONSTRAINT barrier_geom_type_check CHECK (geometrytype(geom) IN ('LINESTRING', 'MULTILINESTRING', 'POLYGON', 'MULTIPOLYGON'))
);
CREATE INDEX barrier_geom_3857_index ON gridgov.barrier USING gist (geom_3857);
CREATE INDEX barrier_geom_index ON gridgov.barrier USING gist (geom);
CREATE TABLE gridgov.compound (
    compound_id TEXT NOT NULL,
    name TEXT,
    kind TEXT,
    geom geometry(GEOMETRY,4490) NOT NULL,
    geom_3857 geometry(GEOMETRY,3857) GENERATED ALWAYS AS (st_transform(geom, 3857)) STORED,
    CONSTRAINT compound_pk PRIMARY KEY (compound_id),
    CONSTRAINT compound_kind_check CHECK (kind IN ('residential', 'industrial', 'campus', 'market', 'hospital', 'other')),
    CONSTRAINT compound_geom_srid_check CHECK (st_srid(geom) = 4490),
    CONSTRAINT compound_geom_filled_check CHECK (NOT st_isempty(geom)),
    CONSTRAINT compound_geom_valid_check CHECK (st_isvalid(geom)),
    CONSTRAINT compound_geom_envelope_check CHECK (st_xmin(geom::box3d) >= -180 AND st_xmax(geom::box3d) <= 180 AND st_ymin(geom::box3d) >= -90 AND st_ymax(geom::box3d) <= 90),
    CONSTRAINT compound_geom_type_check CHECK (geometrytype(geom) IN ('POLYGON', 'MULTIPOLYGON'))
);
CREATE INDEX compound_geom_3857_index ON gridgov.compound USING gist (geom_3857);
CREATE INDEX compound_geom_index ON gridgov.compound USING gist (geom);
CREATE TABLE gridgov.division (
    division_id TEXT NOT NULL,
    level TEXT NOT NULL,
    parent_id TEXT,
    code TEXT,
    name TEXT NOT NULL,
    kind TEXT,
    population INTEGER,
    geom geometry(GEOMETRY,4490),
    geom_3857 geometry(GEOMETRY,3857) GENERATED ALWAYS AS (st_transform(geom, 3857)) STORED,
    CONSTRAINT division_pk PRIMARY KEY (division_id),
    CONSTRAINT division_level_check CHECK (level IN ('district', 'subdistrict', 'community')),
    CONSTRAINT division_kind_check CHECK (kind IN ('urban', 'rural')),
    CONSTRAINT division_population_least_check CHECK (population >= 0),
    CONSTRAINT division_community_geom_check CHECK (geom IS NOT NULL OR level <> 'community'),
    CONSTRAINT division_parent_check CHECK (parent_id <> division_id),
    CONSTRAINT division_geom_srid_check CHECK (st_srid(geom) = 4490),
    CONSTRAINT division_geom_filled_check CHECK (NOT st_isempty(geom)),
    CONSTRAINT division_geom_valid_check CHECK (st_isvalid(geom)),
    CONSTRAINT division_geom_envelope_check CHECK (st_xmin(geom::box3d) >= -180 AND st_xmax(geom::box3d) <= 180 AND st_ymin(geom::box3d) >= -90 AND st_ymax(geom::box3d) <= 90),
    CONSTRAINT division_geom_type_check CHECK (geometrytype(geom) IN ('POLYGON', 'MULTIPOLYGON')),
    CONSTRAINT division_parent_id_fk FOREIGN KEY(parent_id) REFERENCES gridgov.division (division_id)
);
CREATE INDEX division_geom_3857_index ON gridgov.division USING gist (geom_3857);
CREATE INDEX division_geom_index ON gridgov.division USING gist (geom);
CREATE INDEX division_parent_id_index ON gridgov.division (parent_id);
CREATE TABLE gridgov.facility (
    facility_id TEXT NOT NULL,
    name TEXT,
    kind TEXT NOT NULL,
    geom geometry(GEOMETRY,4490) NOT NULL,
    geom_3857 geometry(GEOMETRY,3857) GENERATED ALWAYS AS (st_transform(geom, 3857)) STORED,
    CONSTRAINT facility_pk PRIMARY KEY (facility_id),
    CONSTRAINT facility_geom_srid_check CHECK (st_srid(geom) = 4490),
    CONSTRAINT facility_geom_filled_check CHECK (NOT st_isempty(geom)),
    CONSTRAINT facility_geom_valid_check CHECK (st_isvalid(geom)),
    CONSTRAINT facility_geom_envelope_check CHECK (st_xmin(geom::box3d) >= -180 AND st_xmax(geom::box3d) <= 180 AND st_ymin(geom::box3d) >= -90 AND st_ymax(geom::box3d) <= 90),
    CONSTRAINT facility_geom_type_check CHECK (geometrytype(geom) IN ('POINT'))
);
CREATE INDEX facility_geom_3857_index ON gridgov.facility USING gist (geom_3857);
CREATE INDEX facility_geom_index ON gridgov.facility USING gist (geom);
CREATE TABLE gridgov.import_run (
    import_id UUID NOT NULL,
    layer TEXT NOT NULL,
    file_name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    crs TEXT,
    read INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    duplicate INTEGER NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT import_run_pk PRIMARY KEY (import_id),
    CONSTRAINT import_run_accepted_least_check CHECK (accepted >= 0),
    CONSTRAINT import_run_rejected_least_check CHECK (rejected >= 0),
    CONSTRAINT import_run_duplicate_least_check CHECK (duplicate >= 0),
    CONSTRAINT import_run_counts_check CHECK (read = accepted + rejected + duplicate)
);
CREATE TABLE gridgov.liaison (
    liaison_id TEXT NOT NULL,
    name TEXT NOT NULL,
    workplace TEXT,
    subdistrict TEXT,
    capacity INTEGER,
    geom geometry(GEOMETRY,4490) NOT NULL,
    CONSTRAINT liaison_pk PRIMARY KEY (liaison_id),
    CONSTRAINT liaison_capacity_least_check CHECK (capacity >= 0),
    CONSTRAINT liaison_geom_srid_check CHECK (st_srid(geom) = 4490),
    CONSTRAINT liaison_geom_filled_check CHECK (NOT st_isempty(geom)),
    CONSTRAINT liaison_geom_valid_check CHECK (st_isvalid(geom)),
    CONSTRAINT liaison_geom_envelope_check CHECK (st_xmin(geom::box3d) >= -180 AND st_xmax(geom::box3d) <= 180 AND st_ymin(geom::box3d) >= -90 AND st_ymax(geom::box3d) <= 90),
    CONSTRAINT liaison_geom_type_check CHECK (geometrytype(geom) IN ('POINT'))
);
CREATE INDEX liaison_geom_index ON gridgov.liaison USING gist (geom);
CREATE TABLE gridgov.plan (
    plan_id TEXT NOT NULL,
    name TEXT NOT NULL,
    status TEXT DEFAULT 'draft' NOT NULL,
    seed BIGINT DEFAULT 0 NOT NULL,
    scheme JSONB DEFAULT '{}' NOT NULL,
    profile JSONB DEFAULT '{}' NOT NULL,
    crs TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    published_from DATE,
    published_to DATE,
    CONSTRAINT plan_pk PRIMARY KEY (plan_id),
    CONSTRAINT plan_status_check CHECK (status IN ('draft', 'published')),
    CONSTRAINT plan_published_check CHECK ((status = 'published') = (published_from IS NOT NULL)),
    CONSTRAINT plan_published_period_check CHECK (published_to IS NULL OR published_to >= published_from)
);
CREATE TABLE gridgov.shelter (
    shelter_id TEXT NOT NULL,
    name TEXT NOT NULL,
    address TEXT,
    phone TEXT,
    indoor BOOLEAN,
    area_m2 DOUBLE PRECISION,
    capacity INTEGER,
    sign_name BOOLEAN,
    sign_address BOOLEAN,
    sign_phone BOOLEAN,
    unsuitable_for TEXT,
    geom geometry(GEOMETRY,4490) NOT NULL,
    geom_3857 geometry(GEOMETRY,3857) GENERATED ALWAYS AS (st_transform(geom, 3857)) STORED,
    CONSTRAINT shelter_pk PRIMARY KEY (shelter_id),
    CONSTRAINT shelter_area_m2_least_check CHECK (area_m2 >= 0),
    CONSTRAINT shelter_capacity_least_check CHECK (capacity >= 0),
    CONSTRAINT shelter_geom_srid_check CHECK (st_srid(geom) = 4490),
    CONSTRAINT shelter_geom_filled_check CHECK (NOT st_isempty(geom)),
    CONSTRAINT shelter_geom_valid_check CHECK (st_isvalid(geom)),
    CONSTRAINT shelter_geom_envelope_check CHECK (st_xmin(geom::box3d) >= -180 AND st_xmax(geom::box3d) <= 180 AND st_ymin(geom::box3d) >= -90 AND st_ymax(geom::box3d) <= 90),
    CONSTRAINT shelter_geom_type_check CHECK (geometrytype(geom) IN ('POINT'))
);
CREATE INDEX shelter_geom_3857_index ON gridgov.shelter USING gist (geom_3857);
CREATE INDEX shelter_geom_index ON gridgov.shelter USING gist (geom);
CREATE TABLE gridgov.building (
    building_id TEXT NOT NULL,
    community_id TEXT,
    households INTEGER,
    households_estimated BOOLEAN DEFAULT false NOT NULL,
    floors INTEGER,
    floors_source TEXT,
    height_m DOUBLE PRECISION,
    units INTEGER,
    use TEXT,
    name TEXT,
    address TEXT,
    geom geometry(GEOMETRY,4490) NOT NULL,
    geom_3857 geometry(GEOMETRY,3857) GENERATED ALWAYS AS (st_transform(geom, 3857)) STORED,
    CONSTRAINT building_pk PRIMARY KEY (building_id),
    CONSTRAINT building_households_least_check CHECK (households >= 0),
    CONSTRAINT building_floors_least_check CHECK (floors >= 0),
    CONSTRAINT building_height_m_least_check CHECK (height_m >= 0),
    CONSTRAINT building_units_least_check CHECK (units >= 0),
    CONSTRAINT building_geom_srid_check CHECK (st_srid(geom) = 4490),
    CONSTRAINT building_geom_filled_check CHECK (NOT st_isempty(geom)),
    CONSTRAINT building_geom_valid_check CHECK (st_isvalid(geom)),
    CONSTRAINT building_geom_envelope_check CHECK (st_xmin(geom::box3d) >= -180 AND st_xmax(geom::box3d) <= 180 AND st_ymin(geom::box3d) >= -90 AND st_ymax(geom::box3d) <= 90),
    CONSTRAINT building_geom_type_check CHECK (geometrytype(geom) IN ('POLYGON', 'MULTIPOLYGON')),
    CONSTRAINT building_community_id_fk FOREIGN KEY(community_id) REFERENCES gridgov.division (division_id)
);
CREATE INDEX building_community_id_index ON gridgov.building (community_id);
CREATE INDEX building_geom_3857_index ON gridgov.building USING gist (geom_3857);
CREATE INDEX building_geom_index ON gridgov.building USING gist (geom);
CREATE TABLE gridgov.import_finding (
    import_finding_id BIGINT GENERATED ALWAYS AS IDENTITY,
    import_id UUID NOT NULL,
    layer TEXT NOT NULL,
    row_id TEXT NOT NULL,
    rule TEXT NOT NULL,
    severity TEXT NOT NULL,
    detail TEXT NOT NULL,
    action TEXT NOT NULL,
    geom geometry(GEOMETRY,4490),
    CONSTRAINT import_finding_pk PRIMARY KEY (import_finding_id),
    CONSTRAINT import_finding_severity_check CHECK (severity IN ('error', 'warning', 'note')),
    CONSTRAINT import_finding_geom_srid_check CHECK (st_srid(geom) = 4490),
    CONSTRAINT import_finding_geom_filled_check CHECK (NOT st_isempty(geom)),
    CONSTRAINT import_finding_geom_valid_check CHECK (st_isvalid(geom)),
    CONSTRAINT import_finding_geom_envelope_check CHECK (st_xmin(geom::box3d) >= -180 AND st_xmax(geom::box3d) <= 180 AND st_ymin(geom::box3d) >= -90 AND st_ymax(geom::box3d) <= 90),
    CONSTRAINT import_finding_import_id_fk FOREIGN KEY(import_id) REFERENCES gridgov.import_run (import_id) ON DELETE CASCADE
);
CREATE INDEX import_finding_geom_index ON gridgov.import_finding USING gist (geom);
CREATE INDEX import_finding_import_id_index ON gridgov.import_finding (import_id);
CREATE TABLE gridgov.plan_cell (
    plan_id TEXT NOT NULL,
    cell_id TEXT NOT NULL,
    building_id TEXT,
    community_id TEXT,
    geom geometry(GEOMETRY,4490) NOT NULL,
    geom_3857 geometry(GEOMETRY,3857) GENERATED ALWAYS AS (st_transform(geom, 3857)) STORED,
    CONSTRAINT plan_cell_pk PRIMARY KEY (plan_id, cell_id),
    CONSTRAINT plan_cell_geom_srid_check CHECK (st_srid(geom) = 4490),
    CONSTRAINT plan_cell_geom_filled_check CHECK (NOT st_isempty(geom)),
    CONSTRAINT plan_cell_geom_valid_check CHECK (st_isvalid(geom)),
    CONSTRAINT plan_cell_geom_envelope_check CHECK (st_xmin(geom::box3d) >= -180 AND st_xmax(geom::box3d) <= 180 AND st_ymin(geom::box3d) >= -90 AND st_ymax(geom::box3d) <= 90),
    CONSTRAINT plan_cell_geom_type_check CHECK (geometrytype(geom) IN ('POLYGON', 'MULTIPOLYGON')),
    CONSTRAINT plan_cell_plan_id_fk FOREIGN KEY(plan_id) REFERENCES gridgov.plan (plan_id) ON DELETE CASCADE
);
CREATE INDEX plan_cell_geom_3857_index ON gridgov.plan_cell USING gist (geom_3857);
CREATE INDEX plan_cell_geom_index ON gridgov.plan_cell USING gist (geom);
CREATE TABLE gridgov.plan_finding (
    plan_id TEXT NOT NULL,
    finding_id INTEGER NOT NULL,
    layer TEXT NOT NULL,
    row_id TEXT NOT NULL,
    rule TEXT NOT NULL,
    severity TEXT NOT NULL,
    detail TEXT NOT NULL,
    action TEXT NOT NULL,
    geom geometry(GEOMETRY,4490),
    CONSTRAINT plan_finding_pk PRIMARY KEY (plan_id, finding_id),
    CONSTRAINT plan_finding_severity_check CHECK (severity IN ('error', 'warning', 'note')),
    CONSTRAINT plan_finding_geom_srid_check CHECK (st_srid(geom) = 4490),
    CONSTRAINT plan_finding_geom_filled_check CHECK (NOT st_isempty(geom)),
    CONSTRAINT plan_finding_geom_valid_check CHECK (st_isvalid(geom)),
    CONSTRAINT plan_finding_geom_envelope_check CHECK (st_xmin(geom::box3d) >= -180 AND st_xmax(geom::box3d) <= 180 AND st_ymin(geom::box3d) >= -90 AND st_ymax(geom::box3d) <= 90),
    CONSTRAINT plan_finding_plan_id_fk FOREIGN KEY(plan_id) REFERENCES gridgov.plan (plan_id) ON DELETE CASCADE
);
CREATE INDEX plan_finding_geom_index ON gridgov.plan_finding USING gist (geom);
CREATE TABLE gridgov.plan_group (
    plan_id TEXT NOT NULL,
    level TEXT NOT NULL,
    group_id TEXT NOT NULL,
    code TEXT,
    name TEXT,
    parent_id TEXT,
    community_id TEXT,
    households INTEGER NOT NULL,
    unit INTEGER,
    storey_from INTEGER,
    storey_to INTEGER,
    kind TEXT,
    geom geometry(GEOMETRY,4490) NOT NULL,
    geom_3857 geometry(GEOMETRY,3857) GENERATED ALWAYS AS (st_transform(geom, 3857)) STORED,
    CONSTRAINT plan_group_pk PRIMARY KEY (plan_id, level, group_id),
    CONSTRAINT plan_group_level_check CHECK (level IN ('cluster', 'section', 'grid')),
    CONSTRAINT plan_group_households_least_check CHECK (households >= 0),
    CONSTRAINT plan_group_geom_srid_check CHECK (st_srid(geom) = 4490),
    CONSTRAINT plan_group_geom_filled_check CHECK (NOT st_isempty(geom)),
    CONSTRAINT plan_group_geom_valid_check CHECK (st_isvalid(geom)),
    CONSTRAINT plan_group_geom_envelope_check CHECK (st_xmin(geom::box3d) >= -180 AND st_xmax(geom::box3d) <= 180 AND st_ymin(geom::box3d) >= -90 AND st_ymax(geom::box3d) <= 90),
    CONSTRAINT plan_group_geom_type_check CHECK (geometrytype(geom) IN ('POLYGON', 'MULTIPOLYGON')),
    CONSTRAINT plan_group_plan_id_fk FOREIGN KEY(plan_id) REFERENCES gridgov.plan (plan_id) ON DELETE CASCADE
);
CREATE INDEX plan_group_geom_3857_index ON gridgov.plan_group USING gist (geom_3857);
CREATE INDEX plan_group_geom_index ON gridgov.plan_group USING gist (geom);
CREATE TABLE gridgov.plan_household (
    plan_id TEXT NOT NULL,
    household_id TEXT NOT NULL,
    cluster_id TEXT,
    section_id TEXT,
    grid_id TEXT,
    CONSTRAINT plan_household_pk PRIMARY KEY (plan_id, household_id),
    CONSTRAINT plan_household_plan_id_fk FOREIGN KEY(plan_id) REFERENCES gridgov.plan (plan_id) ON DELETE CASCADE
);
CREATE INDEX plan_household_plan_id_cluster_id_index ON gridgov.plan_household (plan_id, cluster_id);
CREATE TABLE gridgov.plan_liaison (
    plan_id TEXT NOT NULL,
    section_id TEXT NOT NULL,
    liaison_id TEXT,
    distance_m DOUBLE PRECISION,
    CONSTRAINT plan_liaison_pk PRIMARY KEY (plan_id, section_id),
    CONSTRAINT plan_liaison_distance_m_least_check CHECK (distance_m >= 0),
    CONSTRAINT plan_liaison_plan_id_fk FOREIGN KEY(plan_id) REFERENCES gridgov.plan (plan_id) ON DELETE CASCADE
);
CREATE TABLE gridgov.plan_rental (
    plan_id TEXT NOT NULL,
    rental_house_id TEXT NOT NULL,
    cluster_id TEXT,
    section_id TEXT,
    grid_id TEXT,
    CONSTRAINT plan_rental_pk PRIMARY KEY (plan_id, rental_house_id),
    CONSTRAINT plan_rental_plan_id_fk FOREIGN KEY(plan_id) REFERENCES gridgov.plan (plan_id) ON DELETE CASCADE
);
CREATE INDEX plan_rental_plan_id_cluster_id_index ON gridgov.plan_rental (plan_id, cluster_id);
CREATE TABLE gridgov.plan_shelter (
    plan_shelter_id BIGINT GENERATED ALWAYS AS IDENTITY,
    plan_id TEXT NOT NULL,
    cluster_id TEXT NOT NULL,
    shelter_id TEXT,
    people INTEGER NOT NULL,
    distance_m DOUBLE PRECISION,
    reason TEXT,
    CONSTRAINT plan_shelter_pk PRIMARY KEY (plan_shelter_id),
    CONSTRAINT plan_shelter_people_least_check CHECK (people >= 0),
    CONSTRAINT plan_shelter_distance_m_least_check CHECK (distance_m >= 0),
    CONSTRAINT plan_shelter_plan_id_fk FOREIGN KEY(plan_id) REFERENCES gridgov.plan (plan_id) ON DELETE CASCADE
);
CREATE INDEX plan_shelter_plan_id_cluster_id_index ON gridgov.plan_shelter (plan_id, cluster_id);
CREATE TABLE gridgov.session (
    token_hash TEXT NOT NULL,
    account_id TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT session_pk PRIMARY KEY (token_hash),
    CONSTRAINT session_period_check CHECK (expires_at > created_at),
    CONSTRAINT session_account_id_fk FOREIGN KEY(account_id) REFERENCES gridgov.account (account_id) ON DELETE CASCADE
);
CREATE INDEX session_account_id_index ON gridgov.session (account_id);
CREATE TABLE gridgov.volunteer (
    volunteer_id TEXT NOT NULL,
    community_id TEXT,
    active BOOLEAN,
    geom geometry(GEOMETRY,4490),
    CONSTRAINT volunteer_pk PRIMARY KEY (volunteer_id),
    CONSTRAINT volunteer_geom_srid_check CHECK (st_srid(geom) = 4490),
    CONSTRAINT volunteer_geom_filled_check CHECK (NOT st_isempty(geom)),
    CONSTRAINT volunteer_geom_valid_check CHECK (st_isvalid(geom)),
    CONSTRAINT volunteer_geom_envelope_check CHECK (st_xmin(geom::box3d) >= -180 AND st_xmax(geom::box3d) <= 180 AND st_ymin(geom::box3d) >= -90 AND st_ymax(geom::box3d) <= 90),
    CONSTRAINT volunteer_geom_type_check CHECK (geometrytype(geom) IN ('POINT')),
    CONSTRAINT volunteer_community_id_fk FOREIGN KEY(community_id) REFERENCES gridgov.division (division_id)
);
CREATE INDEX volunteer_community_id_index ON gridgov.volunteer (community_id);
CREATE INDEX volunteer_geom_index ON gridgov.volunteer USING gist (geom);
CREATE TABLE gridgov.household (
    household_id TEXT NOT NULL,
    building_id TEXT NOT NULL,
    unit INTEGER,
    storey INTEGER,
    room TEXT,
    CONSTRAINT household_pk PRIMARY KEY (household_id),
    CONSTRAINT household_building_id_fk FOREIGN KEY(building_id) REFERENCES gridgov.building (building_id)
);
CREATE INDEX household_building_id_index ON gridgov.household (building_id);
CREATE TABLE gridgov.plan_atom (
    plan_id TEXT NOT NULL,
    atom_id TEXT NOT NULL,
    cell_id TEXT NOT NULL,
    building_id TEXT,
    unit INTEGER,
    storey_from INTEGER,
    storey_to INTEGER,
    households INTEGER NOT NULL,
    households_estimated BOOLEAN DEFAULT false NOT NULL,
    community_id TEXT,
    cluster_id TEXT,
    section_id TEXT,
    grid_id TEXT,
    CONSTRAINT plan_atom_pk PRIMARY KEY (plan_id, atom_id),
    CONSTRAINT plan_atom_households_least_check CHECK (households >= 0),
    CONSTRAINT plan_atom_plan_id_cell_id_fk FOREIGN KEY(plan_id, cell_id) REFERENCES gridgov.plan_cell (plan_id, cell_id) ON DELETE CASCADE,
    CONSTRAINT plan_atom_plan_id_fk FOREIGN KEY(plan_id) REFERENCES gridgov.plan (plan_id) ON DELETE CASCADE
);
CREATE INDEX plan_atom_plan_id_building_id_index ON gridgov.plan_atom (plan_id, building_id);
CREATE INDEX plan_atom_plan_id_cell_id_index ON gridgov.plan_atom (plan_id, cell_id);
CREATE TABLE gridgov.rental_house (
    rental_house_id TEXT NOT NULL,
    building_id TEXT,
    unit INTEGER,
    storey INTEGER,
    rooms INTEGER NOT NULL,
    tenants INTEGER NOT NULL,
    let_type TEXT NOT NULL,
    letter_signed BOOLEAN,
    terminal_installed BOOLEAN,
    tenants_registered INTEGER,
    permits_due INTEGER,
    permits_held INTEGER,
    house_class TEXT,
    visited_on DATE,
    geom geometry(GEOMETRY,4490),
    geom_3857 geometry(GEOMETRY,3857) GENERATED ALWAYS AS (st_transform(geom, 3857)) STORED,
    CONSTRAINT rental_house_pk PRIMARY KEY (rental_house_id),
    CONSTRAINT rental_house_let_type_check CHECK (let_type IN ('hour', 'day', 'month', 'year')),
    CONSTRAINT rental_house_house_class_check CHECK (house_class IN ('green', 'yellow', 'orange', 'red')),
    CONSTRAINT rental_house_rooms_least_check CHECK (rooms >= 0),
    CONSTRAINT rental_house_tenants_least_check CHECK (tenants >= 0),
    CONSTRAINT rental_house_tenants_registered_least_check CHECK (tenants_registered >= 0),
    CONSTRAINT rental_house_permits_due_least_check CHECK (permits_due >= 0),
    CONSTRAINT rental_house_permits_held_least_check CHECK (permits_held >= 0),
    CONSTRAINT rental_house_geom_srid_check CHECK (st_srid(geom) = 4490),
    CONSTRAINT rental_house_geom_filled_check CHECK (NOT st_isempty(geom)),
    CONSTRAINT rental_house_geom_valid_check CHECK (st_isvalid(geom)),
    CONSTRAINT rental_house_geom_envelope_check CHECK (st_xmin(geom::box3d) >= -180 AND st_xmax(geom::box3d) <= 180 AND st_ymin(geom::box3d) >= -90 AND st_ymax(geom::box3d) <= 90),
    CONSTRAINT rental_house_geom_type_check CHECK (geometrytype(geom) IN ('POINT')),
    CONSTRAINT rental_house_building_id_fk FOREIGN KEY(building_id) REFERENCES gridgov.building (building_id)
);
CREATE INDEX rental_house_building_id_index ON gridgov.rental_house (building_id);
CREATE INDEX rental_house_geom_3857_index ON gridgov.rental_house USING gist (geom_3857);
CREATE INDEX rental_house_geom_index ON gridgov.rental_house USING gist (geom);
CREATE TABLE gridgov.resident (
    resident_id TEXT NOT NULL,
    household_id TEXT NOT NULL,
    birth_year INTEGER,
    basis TEXT,
    older_living_alone BOOLEAN,
    disability_support BOOLEAN,
    subsistence_allowance BOOLEAN,
    CONSTRAINT resident_pk PRIMARY KEY (resident_id),
    CONSTRAINT resident_basis_check CHECK (basis IN ('registered_here', 'registered_elsewhere', 'tenant', 'other')),
    CONSTRAINT resident_household_id_fk FOREIGN KEY(household_id) REFERENCES gridgov.household (household_id)
);
CREATE INDEX resident_household_id_index ON gridgov.resident (household_id);
