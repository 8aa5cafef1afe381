BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0006');
CREATE TABLE audit (
	number INTEGER NOT NULL, 
	at BIGINT NOT NULL, 
	tenant TEXT NOT NULL, 
	job TEXT NOT NULL, 
	event TEXT NOT NULL, 
	detail TEXT NOT NULL, 
	previous TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "audit" VALUES(1,1772366400000000,'default','j_0000000000000001','job.seen','{"source":"brief.json"}','0000000000000000000000000000000000000000000000000000000000000000','301104dcf0a959b0e4b603d50720636de5b13df5da65c957ed5a9cff6b9cfb96');
INSERT INTO "audit" VALUES(2,1772366400000000,'default','j_0000000000000001','job.claimed','{}','301104dcf0a959b0e4b603d50720636de5b13df5da65c957ed5a9cff6b9cfb96','4e87928d17ded001e1d77ef2c366472d11c0cfcb2838dd132cf8280a55dfc580');
INSERT INTO "audit" VALUES(3,1772366400000000,'default','j_0000000000000001','job.admitted','{"campaign":"summer","content":"3473f1e9aebdcd6ed5a7bb5a402a0cbeb2e2771cfe119b6b2584990b1a508376","priority":5,"rerun":false,"revision":1}','4e87928d17ded001e1d77ef2c366472d11c0cfcb2838dd132cf8280a55dfc580','aee47117d8372b3153e27145166d7cb9c498640927a41eb0d5549f7db34afb54');
INSERT INTO "audit" VALUES(4,1772366400000000,'default','j_0000000000000001','stage.claimed','{"attempt":1,"fence":1,"owner":"anna","stage":"generate"}','aee47117d8372b3153e27145166d7cb9c498640927a41eb0d5549f7db34afb54','ef7f23d9eb9eb36c764db1c52ada6c58418644e49bae60165a69834523bf61e5');
INSERT INTO "audit" VALUES(5,1772366400000000,'default','j_0000000000000001','stage.finished','{"attempt":1,"duration_s":1.5,"outcome":"ok","output_sha256":"7586cd60329443f60e003346f83b777165324ddf67a8401b3294c74d61251840","stage":"generate","started_at":"2026-03-01T12:00:00Z"}','ef7f23d9eb9eb36c764db1c52ada6c58418644e49bae60165a69834523bf61e5','d91cbebffa4b99391d764308260e1646ebb8ad243505b9d2ac974d80c41db0ef');
INSERT INTO "audit" VALUES(6,1772366400000000,'default','j_0000000000000001','stage.claimed','{"attempt":1,"fence":2,"owner":"anna","stage":"resize"}','d91cbebffa4b99391d764308260e1646ebb8ad243505b9d2ac974d80c41db0ef','3f455ec03bd00a25b8c6aeabafd9b0c5e229fb9245a9620808fc21b5ec76996b');
INSERT INTO "audit" VALUES(7,1772366400000000,'default','j_0000000000000001','stage.finished','{"attempt":1,"duration_s":1.5,"outcome":"ok","output_sha256":"7586cd60329443f60e003346f83b777165324ddf67a8401b3294c74d61251840","stage":"resize","started_at":"2026-03-01T12:00:00Z"}','3f455ec03bd00a25b8c6aeabafd9b0c5e229fb9245a9620808fc21b5ec76996b','611969bcdf73ddeffbc54a70c7b53255c3319d85608b3784b341c53d7b525fbf');
INSERT INTO "audit" VALUES(8,1772366400000000,'default','j_0000000000000001','stage.finished','{"attempt":1,"duration_s":1.5,"outcome":"ok","output_sha256":"7586cd60329443f60e003346f83b777165324ddf67a8401b3294c74d61251840","stage":"overlay","started_at":"2026-03-01T12:00:00Z"}','611969bcdf73ddeffbc54a70c7b53255c3319d85608b3784b341c53d7b525fbf','850d528bbb2e07bbda8cf45ce9b3a090123c40d9f66dc2049a50a6dfccb2d33e');
INSERT INTO "audit" VALUES(9,1772366400000000,'default','j_0000000000000001','stage.finished','{"attempt":1,"duration_s":1.5,"outcome":"ok","output_sha256":"7586cd60329443f60e003346f83b777165324ddf67a8401b3294c74d61251840","stage":"compliance","started_at":"2026-03-01T12:00:00Z"}','850d528bbb2e07bbda8cf45ce9b3a090123c40d9f66dc2049a50a6dfccb2d33e','f287ab125341ed4b82c4ae7b6ecc5ad3fd02715f6d210f4060efc6d53ef7e720');
INSERT INTO "audit" VALUES(10,1772366400000000,'default','j_0000000000000001','stage.claimed','{"attempt":1,"fence":3,"owner":"anna","stage":"archive"}','f287ab125341ed4b82c4ae7b6ecc5ad3fd02715f6d210f4060efc6d53ef7e720','523fc4ea47af4d5d65cd1f0238eef19476e8b0a1697195f4b87f75df6c416353');
INSERT INTO "audit" VALUES(11,1772366400000000,'default','j_0000000000000001','stage.finished','{"attempt":1,"duration_s":1.5,"outcome":"ok","output_sha256":"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","stage":"archive","started_at":"2026-03-01T12:00:00Z"}','523fc4ea47af4d5d65cd1f0238eef19476e8b0a1697195f4b87f75df6c416353','c2c2c7260031fa8161cbad2569d48e40ad2ed735db5bac62593f667cb19fe518');
INSERT INTO "audit" VALUES(12,1772366400000000,'default','j_0000000000000001','job.delivered','{"campaign":"summer","cost_micros":0,"creatives":1,"creatives_sha256":"deba4d44e69e1cea2848dbdd3beba72ac92f3228160d97b57b7b5339b91156c3","reason":"","revision":1}','c2c2c7260031fa8161cbad2569d48e40ad2ed735db5bac62593f667cb19fe518','6c000617699ece1cf0ed28038065115c3a266b11ca37b53c69a69a7b5c9214e5');
INSERT INTO "audit" VALUES(13,1772366400000000,'default','j_0000000000000001','spend.intended','{"entry":1,"estimate_micros":5,"grade":"","key":"k","kind":"image"}','6c000617699ece1cf0ed28038065115c3a266b11ca37b53c69a69a7b5c9214e5','24bbbe4621799c0c11decd4fde6547260c99f7a5f45ef392e6f6f570348f6206');
INSERT INTO "audit" VALUES(14,1772366400000000,'default','j_0000000000000001','spend.settled','{"cost_micros":4,"entry":1,"kind":"image","outcome":"ok","usage":{}}','24bbbe4621799c0c11decd4fde6547260c99f7a5f45ef392e6f6f570348f6206','03596b7daf83f415a94b1760350a85e1b202c432420206fadd4ab39a141f6cfa');
INSERT INTO "audit" VALUES(15,1772366400000000,'acme','j_0000000000000002','job.seen','{"source":"brief.json"}','03596b7daf83f415a94b1760350a85e1b202c432420206fadd4ab39a141f6cfa','6e4cc6b7042d4610d643fc286f8373cc6362253d9bade104ff2332e7099a2da4');
INSERT INTO "audit" VALUES(16,1772366400000000,'acme','j_0000000000000002','job.claimed','{}','6e4cc6b7042d4610d643fc286f8373cc6362253d9bade104ff2332e7099a2da4','8915699eb4031dfac6f6d5cfac35b9b599d27dacb64ce06c73b05236629774c6');
INSERT INTO "audit" VALUES(17,1772366400000000,'acme','j_0000000000000002','job.admitted','{"campaign":"autumn","content":"68e121afe08f93b64573ddb0776c9dbc891cd02ad7bf24bbc86bcaf39e028628","priority":5,"rerun":false,"revision":1}','8915699eb4031dfac6f6d5cfac35b9b599d27dacb64ce06c73b05236629774c6','3771d71f6b5eea8c054f50998a2b793b88a3b52bea697e107239f025e66860d8');
INSERT INTO "audit" VALUES(18,1772366400000000,'default','j_0000000000000003','job.seen','{"source":"odd \n''name''.json"}','3771d71f6b5eea8c054f50998a2b793b88a3b52bea697e107239f025e66860d8','8bc40b20e3da333388d3bcb88c07b2105593bb8e75eba7835fb3004173eefe8c');
INSERT INTO "audit" VALUES(19,1772366400000000,'default','j_0000000000000003','job.claimed','{}','8bc40b20e3da333388d3bcb88c07b2105593bb8e75eba7835fb3004173eefe8c','12d80fbee79e8b02a769ce4a0befa0522264f803b37c61058f778d08906e1cb7');
INSERT INTO "audit" VALUES(20,1772366400000000,'default','j_0000000000000003','job.held','{"detail":{},"reason":"it''s a “copy”"}','12d80fbee79e8b02a769ce4a0befa0522264f803b37c61058f778d08906e1cb7','39aa590aea4ee83c27cce44b93c89cac85e5fc5763e574eb8e6e9171d746041f');
INSERT INTO "audit" VALUES(21,1772366400000000,'default','j_0000000000000004','job.seen','{"source":"brief.json"}','39aa590aea4ee83c27cce44b93c89cac85e5fc5763e574eb8e6e9171d746041f','04ae6af5c08f3bb950286d18d158b8deae7f9ad29586d862c5efa5c07e6629ca');
INSERT INTO "audit" VALUES(22,1772366400000000,'default','j_0000000000000004','job.claimed','{}','04ae6af5c08f3bb950286d18d158b8deae7f9ad29586d862c5efa5c07e6629ca','39574fdc7ecfc6e9257aeecf9901eedb4a3aab7f7c880ca67af2b9c21da510ad');
CREATE TABLE batches (
	name TEXT NOT NULL, 
	tenant TEXT NOT NULL, 
	account TEXT NOT NULL, 
	ident TEXT NOT NULL, 
	voyage TEXT NOT NULL, 
	lines INTEGER NOT NULL, 
	since BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE buckets (
	name TEXT NOT NULL, 
	tenant TEXT NOT NULL, 
	rate FLOAT NOT NULL, 
	burst FLOAT NOT NULL, 
	tokens FLOAT NOT NULL, 
	at BIGINT NOT NULL, 
	held_until BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE creatives (
	tenant TEXT NOT NULL, 
	job TEXT NOT NULL, 
	product TEXT NOT NULL, 
	locale TEXT NOT NULL, 
	placement TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	size BIGINT NOT NULL, 
	media_type TEXT NOT NULL, 
	width INTEGER NOT NULL, 
	height INTEGER NOT NULL, 
	extension TEXT NOT NULL, 
	quality INTEGER NOT NULL, 
	alt_text TEXT NOT NULL, 
	created_at BIGINT NOT NULL, layout TEXT DEFAULT '' NOT NULL, logo TEXT DEFAULT '' NOT NULL, prints TEXT DEFAULT '' NOT NULL, exactness TEXT DEFAULT '' NOT NULL, provenance TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (job, product, locale, placement), 
	FOREIGN KEY(job) REFERENCES jobs (id)
);
INSERT INTO "creatives" VALUES('default','j_0000000000000001','mug','en-GB','1x1','0000000000000000000000000000000000000000000000000000706978656c73',6,'application/json',100,50,'jpg',80,'A mug',1772366400000000,'hero','on_dark','','{"box":{"height":4,"width":3,"x":1,"y":2},"covered":0.0,"greatest":0,"matte":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","mean":0.0,"pixels":12,"scale":0.3,"source":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","way":"alpha"}','{"manifest_bytes":9,"sidecar":{"media_type":"application/json","sha256":"0000000000000000000000000000000000000000000000000000000073696465","size":4},"signer":"dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd","source_type":"compositeSynthetic","unsigned":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"}');
CREATE TABLE jobs (
	id TEXT NOT NULL, 
	tenant TEXT NOT NULL, 
	state TEXT NOT NULL, 
	source TEXT NOT NULL, 
	source_raw BLOB NOT NULL, 
	created_at BIGINT NOT NULL, 
	updated_at BIGINT NOT NULL, 
	content TEXT NOT NULL, 
	campaign TEXT NOT NULL, 
	revision INTEGER NOT NULL, 
	stage TEXT NOT NULL, 
	attempt INTEGER NOT NULL, 
	fence INTEGER NOT NULL, 
	priority INTEGER NOT NULL, 
	not_before BIGINT NOT NULL, 
	lease_until BIGINT NOT NULL, 
	owner TEXT NOT NULL, 
	cost_micros BIGINT NOT NULL, 
	duplicate_of TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	run INTEGER NOT NULL, 
	taken INTEGER NOT NULL, 
	admission TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "jobs" VALUES('j_0000000000000001','default','delivered','brief.json',X'62726965662E6A736F6E',1772366400000000,1772366400000000,'3473f1e9aebdcd6ed5a7bb5a402a0cbeb2e2771cfe119b6b2584990b1a508376','summer',1,'archive',1,3,5,0,0,'',4,'','',1,1,'{"campaign":"summer","priority":5,"reading":{"media_type":"application/json","sha256":"0000000000000000000000000000000000000000000000000000726561642061","size":6},"snapshot":{"brief":{"media_type":"application/json","sha256":"0000000000000000000000000000000000000000000000000000000000000061","size":1},"files":{"logo.png":{"media_type":"application/json","sha256":"000000000000000000000000000000000000000000000000000000006c6f676f","size":4}},"name":"brief.json"}}');
INSERT INTO "jobs" VALUES('j_0000000000000002','acme','running','brief.json',X'62726965662E6A736F6E',1772366400000000,1772366400000000,'68e121afe08f93b64573ddb0776c9dbc891cd02ad7bf24bbc86bcaf39e028628','autumn',1,'generate',0,0,5,0,0,'',0,'','',1,1,'{"campaign":"autumn","priority":5,"reading":{"media_type":"application/json","sha256":"0000000000000000000000000000000000000000000000000000726561642062","size":6},"snapshot":{"brief":{"media_type":"application/json","sha256":"0000000000000000000000000000000000000000000000000000000000000062","size":1},"files":{"logo.png":{"media_type":"application/json","sha256":"000000000000000000000000000000000000000000000000000000006c6f676f","size":4}},"name":"brief.json"}}');
INSERT INTO "jobs" VALUES('j_0000000000000003','default','held','odd 
''name''.json',X'6F6464200A276E616D65272E6A736F6E',1772366400000000,1772366400000000,'','',0,'',0,0,5,0,0,'',0,'','it''s a “copy”',1,1,'');
INSERT INTO "jobs" VALUES('j_0000000000000004','default','claimed','brief.json',X'62726965662E6A736F6E',1772366400000000,1772366400000000,'','',0,'',0,0,5,0,0,'',0,'','',1,1,'');
CREATE TABLE overnight (
	number INTEGER NOT NULL, 
	tenant TEXT NOT NULL, 
	job TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	account TEXT NOT NULL, 
	grade TEXT NOT NULL, 
	estimate_micros BIGINT NOT NULL, 
	parcel TEXT NOT NULL, 
	leg TEXT NOT NULL, 
	batch TEXT NOT NULL, 
	expense BIGINT NOT NULL, 
	answer TEXT NOT NULL, 
	since BIGINT NOT NULL, 
	PRIMARY KEY (number), 
	FOREIGN KEY(job) REFERENCES jobs (id)
);
CREATE TABLE spend (
	number INTEGER NOT NULL, 
	tenant TEXT NOT NULL, 
	job TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	estimate_micros BIGINT NOT NULL, 
	intended_at BIGINT NOT NULL, 
	cost_micros BIGINT, 
	outcome TEXT NOT NULL, 
	usage TEXT NOT NULL, 
	settled_at BIGINT NOT NULL, campaign TEXT DEFAULT '' NOT NULL, grade TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (number), 
	FOREIGN KEY(job) REFERENCES jobs (id)
);
INSERT INTO "spend" VALUES(1,'default','j_0000000000000001','image','k',5,1772366400000000,4,'ok','{}',1772366400000000,'summer','');
CREATE TABLE stage_runs (
	tenant TEXT NOT NULL, 
	job TEXT NOT NULL, 
	stage TEXT NOT NULL, 
	revision INTEGER NOT NULL, 
	attempt INTEGER NOT NULL, 
	fence INTEGER NOT NULL, 
	outcome TEXT NOT NULL, 
	started_at BIGINT NOT NULL, 
	duration_s FLOAT NOT NULL, 
	output TEXT NOT NULL, 
	PRIMARY KEY (job, stage, revision), 
	FOREIGN KEY(job) REFERENCES jobs (id)
);
INSERT INTO "stage_runs" VALUES('default','j_0000000000000001','generate',1,1,1,'ok',1772366400000000,1.5,'{"note":"stage"}');
INSERT INTO "stage_runs" VALUES('default','j_0000000000000001','resize',1,1,2,'ok',1772366400000000,1.5,'{"note":"stage"}');
INSERT INTO "stage_runs" VALUES('default','j_0000000000000001','overlay',1,1,2,'ok',1772366400000000,1.5,'{"note":"stage"}');
INSERT INTO "stage_runs" VALUES('default','j_0000000000000001','compliance',1,1,2,'ok',1772366400000000,1.5,'{"note":"stage"}');
INSERT INTO "stage_runs" VALUES('default','j_0000000000000001','archive',1,1,3,'ok',1772366400000000,1.5,'{}');
CREATE INDEX jobs_waiting ON jobs (stage, state, priority, created_at, id);
CREATE INDEX jobs_newest ON jobs (created_at, id);
CREATE INDEX jobs_state ON jobs (state, created_at, id);
CREATE INDEX jobs_content ON jobs (tenant, content);
CREATE UNIQUE INDEX jobs_revision ON jobs (tenant, campaign, revision) WHERE revision > 0;
CREATE INDEX spend_job ON spend (job);
CREATE INDEX audit_job ON audit (job, number);
CREATE TRIGGER audit_update BEFORE update ON audit
BEGIN SELECT RAISE(ABORT, 'audit rows are never changed or removed'); END;
CREATE TRIGGER audit_delete BEFORE delete ON audit
BEGIN SELECT RAISE(ABORT, 'audit rows are never changed or removed'); END;
CREATE INDEX spend_intended ON spend (intended_at);
CREATE INDEX spend_grade ON spend (grade, number);
CREATE UNIQUE INDEX overnight_wish ON overnight (job, "key");
CREATE INDEX overnight_batch ON overnight (batch, leg);
CREATE INDEX creatives_sha256 ON creatives (sha256);
COMMIT;
