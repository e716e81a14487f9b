# The commands of VEC's guide to batches, as they are typed: only host, token, ids and the path of the file stand in variables.
# A line that begins with "## " opens a command; guide.test.ts runs each for itself.

## create
curl -X POST \
"$HOST/business/batches" \
-H 'Accept: application/json' \
-H "Authorization: Bearer $TOKEN" \
-F 'name=Web Development Graduates 2025' \
-F "template_id=$TEMPLATE" \
-F "csv_file=@$CSV"

## create with signatories
curl -X POST \
"$HOST/business/batches" \
-H 'Accept: application/json' \
-H "Authorization: Bearer $TOKEN" \
-F 'name=Web Development Graduates 2025' \
-F "template_id=$SIGNED_TEMPLATE" \
-F "csv_file=@$CSV" \
-F "signatories[0][institution_user_id]=$FIRST_USER" \
-F 'signatories[0][signatory_index]=1' \
-F "signatories[1][institution_user_id]=$SECOND_USER" \
-F 'signatories[1][signatory_index]=2'

## status
curl -X GET \
"$HOST/business/batches/$BATCH/status" \
-H 'Accept: application/json' \
-H "Authorization: Bearer $TOKEN"

## details
curl -X GET \
"$HOST/business/batches/$BATCH" \
-H 'Accept: application/json' \
-H "Authorization: Bearer $TOKEN"

## certificates
curl -X GET \
"$HOST/business/certificates?batch_id=$BATCH" \
-H 'Accept: application/json' \
-H "Authorization: Bearer $TOKEN"
