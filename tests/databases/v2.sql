-- What the program wrote when its schema was 2: rows for the tables that the first 2
-- migrations make. It was told of a few stories, was refused, put off, and died while sending.
INSERT INTO feed (id, url, title, language, etag, last_modified, body_hash, seeded_at, succeeded_at, next_poll_at, failures, error, distrusted_keys, host, validators_url, reader, read_at, whole_at, ttl, dates, quiet_polls, failing_since, fresh_until, trouble, move_target, move_since, move_polls)
VALUES (1, 'https://gazette.example/feed.xml', 'The Gazette', '', '"4"', NULL, 'b8819ea24181808628ba1f437b3172f0088e0106679e609ef0592d9fa2a5d628', 1795291200000, 1795467600000, 1795468455000, 0, NULL, '[]', 'gazette.example', NULL, 1, 1795467600000, 1795467600000, NULL, '[]', 0, NULL, 1795467600000, NULL, NULL, NULL, 0);
INSERT INTO feed (id, url, title, language, etag, last_modified, body_hash, seeded_at, succeeded_at, next_poll_at, failures, error, distrusted_keys, host, validators_url, reader, read_at, whole_at, ttl, dates, quiet_polls, failing_since, fresh_until, trouble, move_target, move_since, move_polls)
VALUES (2, 'https://courier.example/feed.xml', 'The Gazette', '', NULL, NULL, '2e57c936234b7d4be98332e52f4ae34aa4b5d8b83fea717536fd245723e8096a', 1795291200000, 1795467600000, 1795468455000, 0, NULL, '[]', 'courier.example', NULL, 1, 1795423200000, 1795467600000, NULL, '[]', 1, NULL, 1795467600000, NULL, NULL, NULL, 0);
INSERT INTO topic_feed (topic, feed_id, added_at)
VALUES ('town', 1, 1795248000000);
INSERT INTO topic_feed (topic, feed_id, added_at)
VALUES ('region', 1, 1795248000000);
INSERT INTO topic_feed (topic, feed_id, added_at)
VALUES ('region', 2, 1795248000000);
INSERT INTO story (id, created_at)
VALUES (1795291200000, 1795291200000);
INSERT INTO story (id, created_at)
VALUES (1795291200001, 1795291200000);
INSERT INTO story (id, created_at)
VALUES (1795334400000, 1795334400000);
INSERT INTO story (id, created_at)
VALUES (1795378800000, 1795378800000);
INSERT INTO story (id, created_at)
VALUES (1795423200000, 1795423200000);
INSERT INTO story (id, created_at)
VALUES (1795423200001, 1795423200000);
INSERT INTO story (id, created_at)
VALUES (1795467600000, 1795467600000);
INSERT INTO article (id, feed_id, story_id, event_key, published_at, first_seen_at, body, body_hash)
VALUES (1, 1, 1795291200000, 'c9233ff27394f70937b67e9ea41226ae', 1795291200000, 1795291200000, '{"title":"Old","link":"https://gazette.example/old","teaser":"A few words on Old.","publisher":"The Gazette","published":1795291200000,"image":null,"blocks":[],"credit":"The Gazette","language":""}', '12466d479b0be5221e08cbe580626faa7f9ea1206a3c7c1691a501ca145c6d67');
INSERT INTO article (id, feed_id, story_id, event_key, published_at, first_seen_at, body, body_hash)
VALUES (2, 2, 1795291200001, '16d5cb793cb8ea1c48c0750064b29b5f', 1795291200000, 1795291200000, '{"title":"Older","link":"https://gazette.example/older","teaser":"A few words on Older.","publisher":"The Gazette","published":1795291200000,"image":null,"blocks":[],"credit":"The Gazette","language":""}', '544b9824640278ac4084d6a909ea87d4e002544c934b71ccddd545728e85570d');
INSERT INTO article (id, feed_id, story_id, event_key, published_at, first_seen_at, body, body_hash)
VALUES (3, 1, 1795334400000, 'a33fe999e886e8cef5dfb665bdb0a6b7', 1795334400000, 1795334400000, '{"title":"Bridge","link":"https://gazette.example/bridge","teaser":"A few words on Bridge.","publisher":"The Gazette","published":1795334400000,"image":null,"blocks":[{"kind":"heading","text":"Why it matters","lead":""},{"kind":"paragraph","text":"Because 4,000 people cross it every day.","lead":""}],"credit":"The Gazette","language":""}', '79012f77e0e9ac728c0e850a2827d6b08167e6b80eea4108bccf325b484318a6');
INSERT INTO article (id, feed_id, story_id, event_key, published_at, first_seen_at, body, body_hash)
VALUES (4, 1, 1795378800000, '6377e0c7fffc5eb8faf6ee20db33d48b', 1795378800000, 1795378800000, '{"title":"Market","link":"https://gazette.example/market","teaser":"A few words on Market.","publisher":"The Gazette","published":1795378800000,"image":null,"blocks":[],"credit":"The Gazette","language":""}', '8fac48992a236d81df2108e77883769081990660926e2f7cddf2e2c7227d3759');
INSERT INTO article (id, feed_id, story_id, event_key, published_at, first_seen_at, body, body_hash)
VALUES (5, 1, 1795423200000, '855fa9158c1393f486e774d05098baee', 1795423200000, 1795423200000, '{"title":"School","link":"https://gazette.example/school","teaser":"A few words on School.","publisher":"The Gazette","published":1795423200000,"image":null,"blocks":[],"credit":"The Gazette","language":""}', '561c1b49f07555e5e1251214917fa7179e0b330f68b17675e6ea0c541a4df5ad');
INSERT INTO article (id, feed_id, story_id, event_key, published_at, first_seen_at, body, body_hash)
VALUES (6, 2, 1795423200001, 'a5aef063c9752f678ceb488376e420cd', 1795423200000, 1795423200000, '{"title":"Ferry","link":"https://gazette.example/ferry","teaser":"A few words on Ferry.","publisher":"The Gazette","published":1795423200000,"image":null,"blocks":[],"credit":"The Gazette","language":""}', '801bb0d58bc666300b5296d9b0a91b6d594f8651f1c9f1fc7c7085389883128b');
INSERT INTO article (id, feed_id, story_id, event_key, published_at, first_seen_at, body, body_hash)
VALUES (7, 1, 1795467600000, '4a1ae31f7edeee4bb8f5a43ee280500b', 1795467600000, 1795467600000, '{"title":"Theatre","link":"https://gazette.example/theatre","teaser":"A few words on Theatre.","publisher":"The Gazette","published":1795467600000,"image":null,"blocks":[],"credit":"The Gazette","language":""}', 'fdf88ad13eb9d30a4cf65ebe9c29de8c17f81ce5193875b1a3b8b612138643e1');
INSERT INTO article_key (feed_id, kind, digest, article_id, last_seen_at)
VALUES (1, 'text', '8fe98d2db9f95fd591cec8c88cf7105f', 1, 1795467600000);
INSERT INTO article_key (feed_id, kind, digest, article_id, last_seen_at)
VALUES (1, 'guid', 'e04671a7542fe76aa253bc89f4de2528', 1, 1795467600000);
INSERT INTO article_key (feed_id, kind, digest, article_id, last_seen_at)
VALUES (1, 'link', '68e74c1f502dfd90cde2019d190c6649', 1, 1795467600000);
INSERT INTO article_key (feed_id, kind, digest, article_id, last_seen_at)
VALUES (2, 'text', '6c97009900c6dfb0a8aec5b6c3046bac', 2, 1795423200000);
INSERT INTO article_key (feed_id, kind, digest, article_id, last_seen_at)
VALUES (2, 'guid', '22ab0af440f33be9e217b2a974b31cc6', 2, 1795423200000);
INSERT INTO article_key (feed_id, kind, digest, article_id, last_seen_at)
VALUES (2, 'link', '3bc387bab19bee0865538d56b610b40a', 2, 1795423200000);
INSERT INTO article_key (feed_id, kind, digest, article_id, last_seen_at)
VALUES (1, 'text', 'a38c27476e9d667d7def7f67670524a9', 3, 1795467600000);
INSERT INTO article_key (feed_id, kind, digest, article_id, last_seen_at)
VALUES (1, 'guid', 'ef443f5ff3dc01810e36e5aed27001da', 3, 1795467600000);
INSERT INTO article_key (feed_id, kind, digest, article_id, last_seen_at)
VALUES (1, 'link', '5ac1c4b054dd95f02330192c26074c74', 3, 1795467600000);
INSERT INTO article_key (feed_id, kind, digest, article_id, last_seen_at)
VALUES (1, 'text', '83eeabfb9c711b95e7798593521735df', 4, 1795467600000);
INSERT INTO article_key (feed_id, kind, digest, article_id, last_seen_at)
VALUES (1, 'guid', 'd0d1aa137282830c3a6705da2481851f', 4, 1795467600000);
INSERT INTO article_key (feed_id, kind, digest, article_id, last_seen_at)
VALUES (1, 'link', '0945a20b564d11a87efe635111cd360e', 4, 1795467600000);
INSERT INTO article_key (feed_id, kind, digest, article_id, last_seen_at)
VALUES (1, 'text', '09b0ef7ddf1a4ba2ef46ef6ac6ab6433', 5, 1795467600000);
INSERT INTO article_key (feed_id, kind, digest, article_id, last_seen_at)
VALUES (1, 'guid', '605879fcabbefd55ee1e01b28f13d391', 5, 1795467600000);
INSERT INTO article_key (feed_id, kind, digest, article_id, last_seen_at)
VALUES (1, 'link', '2656562cd976ce9a577e3daebd5bcce0', 5, 1795467600000);
INSERT INTO article_key (feed_id, kind, digest, article_id, last_seen_at)
VALUES (2, 'text', 'c2a03e6786630dc62134ed01edf139bd', 6, 1795423200000);
INSERT INTO article_key (feed_id, kind, digest, article_id, last_seen_at)
VALUES (2, 'guid', '8c47f1172e834b07560db80820f762b6', 6, 1795423200000);
INSERT INTO article_key (feed_id, kind, digest, article_id, last_seen_at)
VALUES (2, 'link', 'f50a23be8af320ff004b313c127ada7a', 6, 1795423200000);
INSERT INTO article_key (feed_id, kind, digest, article_id, last_seen_at)
VALUES (1, 'text', 'e4e084b83a5f31dddf2d76d665220950', 7, 1795467600000);
INSERT INTO article_key (feed_id, kind, digest, article_id, last_seen_at)
VALUES (1, 'guid', '0b8b75caf936e2f29c17d5708d78500d', 7, 1795467600000);
INSERT INTO article_key (feed_id, kind, digest, article_id, last_seen_at)
VALUES (1, 'link', '14ae2ae2aa1d2ecdf73ac98b2279151f', 7, 1795467600000);
INSERT INTO explainer (story_id, body, made_at)
VALUES (1795334400000, '{"sections":{"why_this_matters":{"origin":"publisher","claims":[{"text":"Because 4,000 people cross it every day.","sources":["s1"]}]}},"sources":[{"id":"s1","text":"Because 4,000 people cross it every day.","publisher":"The Gazette","url":"https://gazette.example/bridge","published":1795334400000,"kind":"story"}],"credit":"The Gazette","model":"","limited":false}', 1795334400000);
INSERT INTO explainer (story_id, body, made_at)
VALUES (1795378800000, '{"sections":{},"sources":[],"credit":"","model":"","limited":false}', 1795378800000);
INSERT INTO explainer (story_id, body, made_at)
VALUES (1795423200000, '{"sections":{},"sources":[],"credit":"","model":"","limited":false}', 1795423200000);
INSERT INTO explainer (story_id, body, made_at)
VALUES (1795423200001, '{"sections":{},"sources":[],"credit":"","model":"","limited":false}', 1795423200000);
INSERT INTO subscription (channel_id, topic, guild_id, created_at, created_by, paused_reason)
VALUES (20, 'town', 10, 1795248000000, 30, NULL);
INSERT INTO subscription (channel_id, topic, guild_id, created_at, created_by, paused_reason)
VALUES (21, 'region', 10, 1795248000000, 30, NULL);
INSERT INTO delivery (id, story_id, channel_id, topic, nonce, state, due_at, attempts, first_attempt_at, message_id, reason)
VALUES (1, 1795334400000, 20, 'town', 'DboqcD06gDXgIdkASGij', 'sent', 1795334400000, 1, NULL, 1441000000000000000, NULL);
INSERT INTO delivery (id, story_id, channel_id, topic, nonce, state, due_at, attempts, first_attempt_at, message_id, reason)
VALUES (2, 1795334400000, 21, 'region', 'dlEKq0dqpP8V-gPA9nLU', 'sent', 1795334400000, 1, NULL, 1441000000000000001, NULL);
INSERT INTO delivery (id, story_id, channel_id, topic, nonce, state, due_at, attempts, first_attempt_at, message_id, reason)
VALUES (3, 1795378800000, 20, 'town', 'fpISOOPuOeL2HoExZqfZ', 'rejected', 1795378800000, 1, NULL, NULL, 'Discord''s filter refuses it.');
INSERT INTO delivery (id, story_id, channel_id, topic, nonce, state, due_at, attempts, first_attempt_at, message_id, reason)
VALUES (4, 1795378800000, 21, 'region', 'L0rTCxDLpvysYyLsPRw4', 'sent', 1795378800000, 1, NULL, 1441000000000000002, NULL);
INSERT INTO delivery (id, story_id, channel_id, topic, nonce, state, due_at, attempts, first_attempt_at, message_id, reason)
VALUES (5, 1795423200000, 20, 'town', 'CujRxZaJABqCuZ_66zZA', 'sending', 1795468200000, 2, 1795423200000, NULL, 'Discord answered 503.');
INSERT INTO delivery (id, story_id, channel_id, topic, nonce, state, due_at, attempts, first_attempt_at, message_id, reason)
VALUES (6, 1795423200000, 21, 'region', 'nys8CVPKwqgdfmKTpGL0', 'sending', 1795468200000, 2, 1795423200000, NULL, 'Discord answered 503.');
INSERT INTO delivery (id, story_id, channel_id, topic, nonce, state, due_at, attempts, first_attempt_at, message_id, reason)
VALUES (7, 1795423200001, 21, 'region', 'MqiJzOu3BRqSbCyeDx2o', 'sent', 1795423200000, 1, NULL, 1441000000000000003, NULL);
INSERT INTO delivery (id, story_id, channel_id, topic, nonce, state, due_at, attempts, first_attempt_at, message_id, reason)
VALUES (8, 1795467600000, 20, 'town', 'Bsd6aWnYuqiiX2w6HeAC', 'pending', 1795467600000, 0, NULL, NULL, NULL);
INSERT INTO delivery (id, story_id, channel_id, topic, nonce, state, due_at, attempts, first_attempt_at, message_id, reason)
VALUES (9, 1795467600000, 21, 'region', 'P9KPT3Pqf9CDN2YD7v4q', 'pending', 1795467600000, 0, NULL, NULL, NULL);
INSERT INTO feed_address (canonical, feed_id)
VALUES ('gazette.example/feed.xml', 1);
INSERT INTO feed_address (canonical, feed_id)
VALUES ('courier.example/feed.xml', 2);
INSERT INTO listing (feed_id, slices)
VALUES (1, '{"4ee54a98584c36723f2cbcd7":5,"cfa56184a2c014ea54accc64":4,"b4d7057eb094ffebfb59b10b":3,"b15219db29edaf6d3112d12c":1,"480113edcb41b779a27e7833":7}');
INSERT INTO listing (feed_id, slices)
VALUES (2, '{"ff2d00a25adf5630fb6d798c":2,"44d14b7bc61677f44c6daba9":6}');
